using Ontmoetingsplein.Tests.Server;
using Ontmoetingsplein.Tests.Storage;

namespace Ontmoetingsplein.Tests;

/// <summary>The tests as a program of their own: what a test starts as a second process.</summary>
public static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [CrashWriter.Command, var round]:
                await CrashWriter.RunAsync(round);
                return 0;
            case [PostingNode.Command, var folder, var port, var round]:
                await PostingNode.RunAsync(folder, port, round);
                return 0;
            default:
                Console.Error.WriteLine("Run these with dotnet test.");
                return 1;
        }
    }
}
