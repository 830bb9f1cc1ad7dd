using System.CommandLine;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>The program's commands; without one it serves.</summary>
internal static class Commands
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>The exit code: 0 done, 1 failed with a message, 2 wrong use.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Ontmoetingsplein: questions and answers between citizens and their government.");
        var settings = new SettingsOption();
        root.Options.Add(settings.Set);
        ServeCommand.AddTo(root, settings);
        DemoCommand.AddTo(root);
        return root.Parse(args).InvokeAsync();
    }
}
