using Ontmoetingsplein.Benchmarks;

// dotnet run -c Release --project Tests/Benchmarks            all loads, then the table
// dotnet run -c Release --project Tests/Benchmarks -- inbox   only those named: limits inbox deliveries pages start
// dotnet run -c Release --project Tests/Benchmarks -- processes   three on one PostgreSQL, killed and cut off
// dotnet run -c Release --project Tests/Benchmarks -- kills 1000   killed so often, under load of all kinds
// dotnet run -c Release --project Tests/Benchmarks -- followers   1,000 followers on 200 hosts, some of them ill
// dotnet run -c Release --project Tests/Benchmarks -- micro   BenchmarkDotNet: crypto, vocabulary, canonical JSON
// dotnet run -c Release --project Tests/Benchmarks -- engines   both engines: reads at 10,000 and 1,000,000 objects
// dotnet run -c Release --project Tests/Benchmarks -- texts   100,000 hostile documents and texts: most processor time
if (args is not ["engines", ..] and not ["processes"] and not ["kills", ..])
{
    // For the load driver only: whoever waits for a database on the thread that waits for sockets waits for itself.
    Environment.SetEnvironmentVariable(Generator.InlineCompletions, "1");
}

switch (args)
{
    case ["constant", var port, var size]:
        return await ConstantServer.RunAsync(int.Parse(port), int.Parse(size));
    case ["kills", .. var kills]:
        return await KillsLoad.RunAsync(kills is [var often] ? int.Parse(often) : 1_000);
    case ["processes"]:
        return await ProcessesLoad.RunAsync();
    case ["micro", ..]:
        BenchmarkDotNet.Running.BenchmarkSwitcher.FromTypes([typeof(MicroBenchmarks)]).Run(["--filter", "*"]);
        return 0;
    case ["texts", .. var count]:
        return TextCosts.Run(
            count is [var texts, ..] ? int.Parse(texts) : 100_000,
            count is [_, var seed] ? int.Parse(seed) : 20_261_130);
    case ["engines", .. var objects]:
        return await EngineLoads.RunAsync(objects is [var number] ? int.Parse(number) : 1_000_000);
    default:
        return await Loads.RunAsync(args.Length == 0 ? ["limits", "inbox", "deliveries", "pages", "start"] : args);
}
