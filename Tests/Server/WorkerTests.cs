using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Server.CommandLine;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Nothing that comes up while a node works by itself ends it, and if something does, that is told.</summary>
internal sealed class WorkerTests
{
    [Test]
    public void Everything_that_a_node_does_by_itself_is_a_worker()
    {
        var hosted = new[] { typeof(Worker).Assembly, typeof(Node).Assembly }.SelectMany(code => code.GetTypes())
            .Where(type => typeof(IHostedService).IsAssignableFrom(type) && !type.IsAbstract).ToList();
        Assert.That(hosted, Has.Count.GreaterThanOrEqualTo(9));
        Assert.That(hosted.Where(type => !type.IsSubclassOf(typeof(Worker))), Is.Empty);
    }

    [Test]
    public async Task A_worker_goes_on_whatever_its_work_throws()
    {
        var clock = new ManualClock();
        Exception[] problems =
        [
            new InvalidOperationException("a bug"), new OperationCanceledException("of somebody else"),
            new TimeoutException(), new StorageException(StorageFaultKind.DiskFull, "The disk is full."),
            new StorageException(StorageFaultKind.Damaged, "Damaged."), new FormatException("a.@voorbeeld.nl"),
            new AggregateException(new IOException()), new CryptographicException(), new NotSupportedException(),
        ];
        using var worker = new Stumbling(problems, clock);
        await worker.StartAsync(default);
        await Until.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(worker.Rounds > problems.Length + 3);
            }, "it goes on");
        Assert.That(worker.ExecuteTask!.IsCompleted, Is.False);
        await worker.StopAsync(default);
        Assert.That(worker.ExecuteTask!.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task A_node_that_a_worker_ends_all_the_same_does_not_end_as_if_all_were_well(
        [Values] bool whileItStarts)
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var origin = $"http://localhost:{Plein.FreePort()}";
            var options = new ServerOptions
            {
                Origin = new Uri(origin),
                Name = "Proef",
                Organisation = "Gemeente Proef",
                DataFolder = folder.FullName,
                Database = $"Data Source={Path.Combine(folder.FullName, "plein.db")}",
                Urls = origin,
                Language = "nl",
                FormOfAddress = FormOfAddress.U,
                Topics = "geen",
            };
            await using var node = await Node.BuildAsync(
                options, TimeProvider.System, quiet: true,
                services => services.AddHostedService(_ => new Doomed(whileItStarts)));
            using StringWriter output = new(), errors = new();
            var code = await ServeCommand.ServeAsync(node, options, output, errors, default)
                .WaitAsync(TimeSpan.FromSeconds(30));
            Assert.That(code, Is.EqualTo(1));
            Assert.That(errors.ToString().Trim(), Is.EqualTo("The node stopped by itself: No way on."));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Stumbling(IEnumerable<Exception> problems, TimeProvider clock)
        : Worker(clock, NullLogger.Instance)
    {
        private readonly ConcurrentQueue<Exception> left = new(problems);
        private int rounds;

        public int Rounds => Volatile.Read(ref rounds);

        protected override async Task WorkAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref rounds);
            if (left.TryDequeue(out var problem))
                throw problem;
            await Task.Delay(TimeSpan.FromSeconds(1), Clock, stoppingToken);
        }
    }

    private sealed class Doomed(bool atOnce) : BackgroundService
    {
        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            await base.StartAsync(cancellationToken);
            if (atOnce)
            {
                await Task.WhenAny(ExecuteTask!);
                // The host hears of it before it goes on with what it starts after this.
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(atOnce ? TimeSpan.Zero : TimeSpan.FromSeconds(1), stoppingToken);
            throw new InvalidOperationException("No way on.");
        }
    }
}
