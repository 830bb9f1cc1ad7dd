using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Server.Web.Home;
using Ontmoetingsplein.Storage;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace Ontmoetingsplein.Server;

/// <summary>One running node: a web server, its workers and its database.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly IDisposable? guard;
    private readonly Task home;

    private Node(WebApplication app, IDisposable? guard, Task home) =>
        (this.app, this.guard, this.home) = (app, guard, home);

    /// <summary>Completes when the home page has been made, whether that succeeded or not.</summary>
    public Task Home => home;

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Addresses on which it listens; known once it has started.</summary>
    public IEnumerable<string> Urls => app.Urls;

    /// <summary>Opens the database, makes it a node if it is new, and prepares the web server.</summary>
    /// <param name="options">Checked settings.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="quiet">Log warnings and worse only.</param>
    /// <param name="configure">For tests: changes services before the node is built.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SetupException">It cannot be this node.</exception>
    /// <exception cref="StorageException">The database cannot be used.</exception>
    public static async Task<Node> BuildAsync(
        ServerOptions options, TimeProvider clock, bool quiet = false, Action<IServiceCollection>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var guard = DataFolderGuard.Take(options);
        try
        {
            // Before anything is written: without its key the node would not be itself.
            NodeKey.Open(options).Dispose();
            var storage = new StorageOptions { Database = options.Database };
            WebApplication? app = null;
            var logger = Logger(options, quiet, () => app?.Lifetime.ApplicationStarted.IsCancellationRequested != true);
            using var loggers = new SerilogLoggerFactory(logger);
            // Meanwhile the web server is put together.
            var opening = Task.Run(
                () => Database.OpenAsync(storage, clock, loggers.CreateLogger("Storage"), cancellationToken),
                CancellationToken.None);
            var builder = WebApplication.CreateSlimBuilder(
                new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            // Settings come from our own reader only; the host gets none of its own from files or the environment.
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection();
            builder.Logging.ClearProviders();
            builder.Services.AddSerilog(logger, dispose: true);
            builder.WebHost.UseUrls(options.Urls.Split(';'));
            builder.WebHost.ConfigureKestrel(Limit);
            // A connection without a request holds on to four kilobytes; in return each request is read in one turn.
            builder.Services.Configure<SocketTransportOptions>(
                sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
            if (storage.AllowsSeveralProcesses)
            {
                builder.Services.AddHostedService<Presence>();
            }

            if (options.Roles.HasFlag(Roles.Worker))
            {
                builder.Services.AddWorkers();
            }

            if (options.Roles.HasFlag(Roles.Web))
            {
                builder.Services.AddDoors(options);
            }
            else
            {
                builder.Services.AddSingleton<IServer, NoServer>();
            }

            builder.Services.AddNode(options, await opening, clock);
            configure?.Invoke(builder.Services);
            app = builder.Build();
            await app.Services.GetRequiredService<NodeSetup>().ExecuteAsync(cancellationToken);
            await app.Services.GetRequiredService<RepeatDeletions>().ExecuteAsync(cancellationToken);
            var home = Task.CompletedTask;
            if (options.Roles.HasFlag(Roles.Web))
            {
                home = Task.Run(app.Services.GetRequiredService<HomeInAdvance>().MakeAsync, CancellationToken.None);
                app.UseDoors();
                Routes.Map(app);
            }

            return new Node(app, guard, home);
        }
        catch
        {
            guard?.Dispose();
            throw;
        }
    }

    /// <summary>Opens the doors and starts the workers.</summary>
    /// <exception cref="SetupException">It cannot listen where it should.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            throw new SetupException(
                $"Plein:Urls {Services.GetRequiredService<ServerOptions>().Urls}:"
                + $" {fault.Message.TrimEnd('.')}."
                + " Stop what listens there, or choose another address: "
                + "--set Plein:Urls=http://localhost:5090 (demo: --port 5090).");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => app.StopAsync(cancellationToken);

    /// <summary>
    /// What ended a worker, and with it the node; null when it ends as it was told. A worker outlives all that its work
    /// throws, so this is a fault of the worker itself.
    /// </summary>
    public Exception? Fault => app.Services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Select(worker => worker.ExecuteTask?.Exception?.GetBaseException()).FirstOrDefault(fault => fault is not null);

    /// <summary>Completes when the node is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) =>
        app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await home;
        await app.DisposeAsync();
        guard?.Dispose();
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 2 * 1024 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(90);
    }

    private static Serilog.Core.Logger Logger(ServerOptions options, bool quiet, Func<bool> isStarting)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(quiet ? LogEventLevel.Warning : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            // It has nothing to say above information, but keeps account of each request as long as anybody listens.
            .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
            .Filter.ByExcluding(entry => IsToldByTheCommand(entry.Exception) && IsFromHost(entry) && isStarting());
        return (options.LogAsJson
            ? configuration.WriteTo.Console(new RenderedCompactJsonFormatter())
            : configuration.WriteTo.Console(
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}")).CreateLogger();
    }

    private static bool IsFromHost(LogEvent entry) =>
        entry.Properties.TryGetValue("SourceContext", out var source)
        && source is ScalarValue { Value: "Microsoft.Extensions.Hosting.Internal.Host" };

    // An address that is taken ends the start with one line; the host would add a page of stack trace, and one for each
    // worker whose work ended before it began.
    private static bool IsToldByTheCommand(Exception? fault) =>
        fault is IOException or SocketException or OperationCanceledException;
}
