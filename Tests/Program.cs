using Ontmoetingsplein.Tests.Storage;

namespace Ontmoetingsplein.Tests;

/// <summary>The tests as a program of their own: what a test starts as a second process.</summary>
public static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [CrashWriter.Command, var round])
        {
            Console.Error.WriteLine("Run these with dotnet test.");
            return 1;
        }

        await CrashWriter.RunAsync(round);
        return 0;
    }
}
