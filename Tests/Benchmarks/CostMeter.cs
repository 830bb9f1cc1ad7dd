using Npgsql;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// Processor time of this process or of a server, and of the database server on this machine where there is one: says
/// the same on a busy machine as on a quiet one.
/// </summary>
internal sealed class CostMeter(NpgsqlConnection? postgres)
{
    private const int Rounds = 15;
    private const int WarmUps = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Compiling = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan OneRound = TimeSpan.FromMilliseconds(60);

    private readonly Dictionary<int, Dictionary<string, double>> threads = [];

    /// <summary>What a call costs.</summary>
    /// <param name="Microseconds">Processor time, the least of the rounds: a compiler runs beside the others.</param>
    /// <param name="Milliseconds">Until the answer, median of the calls.</param>
    public sealed record Cost(double Microseconds, double Milliseconds);

    /// <summary>What two calls cost, and how many times as much the second: the median of the rounds.</summary>
    public sealed record Comparison(Cost Small, Cost Large, double Ratio);

    /// <summary>Lets two do the same in turns, so that whatever else the machine does hits both.</summary>
    /// <param name="small">Does it once.</param>
    /// <param name="large">The other.</param>
    /// <param name="servers">The processes that do the work for each; null for this one.</param>
    public async Task<Comparison> CompareAsync(
        Func<Task> small, Func<Task> large, (int Small, int Large)? servers = null)
    {
        var (first, second) = (new Side(small, servers?.Small), new Side(large, servers?.Large));
        // Until the code is compiled, the statements are prepared and the pages of the index are in memory.
        await RunAsync(first, 10);
        await RunAsync(second, 10);
        var more = Math.Clamp((int)(WarmUp.TotalMilliseconds / Median(first.Latencies)), 5, 1_000);
        for (var i = 0; i < WarmUps; i++)
        {
            await RunAsync(first, more);
            await RunAsync(second, more);
            // What was called often enough is compiled anew in the background, in two steps, once it is quiet.
            await Task.Delay(Compiling);
        }

        var count = Math.Clamp((int)(OneRound.TotalMilliseconds / Median(first.Latencies)), 5, 200);
        first.Clear();
        second.Clear();
        for (var round = 0; round < Rounds; round++)
        {
            await RunAsync(first, count);
            await RunAsync(second, count);
        }

        // Of each round by itself: a shared machine changes its speed within a second, and both of a round feel it.
        return new Comparison(
            first.Cost, second.Cost, Median([.. second.Costs.Zip(first.Costs, (large, small) => large / small)]));
    }

    private async Task RunAsync(Side side, int count)
    {
        var before = await UsedAsync(side.Server);
        for (var i = 0; i < count; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await side.Run();
            side.Latencies.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        side.Costs.Add((await UsedAsync(side.Server) - before) / count);
    }

    private async Task<double> UsedAsync(int? server)
    {
        var own = server is { } id ? Threads(id) : Environment.CpuUsage.TotalTime.TotalMicroseconds;
        if (postgres is null)
        {
            return own;
        }

        await using var command = new NpgsqlCommand(
            "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
            postgres);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            own += Threads(reader.GetInt32(0));
        }

        return own;
    }

    // Linux tells nanoseconds here, where a process's times are whole ticks. What ended threads used still counts.
    private double Threads(int process)
    {
        var of = threads.TryGetValue(process, out var before) ? before : threads[process] = [];
        try
        {
            foreach (var task in Directory.GetDirectories($"/proc/{process}/task"))
            {
                of[task] = double.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0]) / 1000;
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // One ended while it was looked at.
        }

        return of.Values.Sum();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Side(Func<Task> run, int? server)
    {
        public Func<Task> Run => run;

        public int? Server => server;

        public List<double> Latencies { get; } = [];

        public List<double> Costs { get; } = [];

        public Cost Cost => new(Costs.Min(), Median(Latencies));

        public void Clear()
        {
            Latencies.Clear();
            Costs.Clear();
        }
    }
}
