using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum.Work;

namespace Ontmoetingsplein.Forum.Upkeep;

/// <summary>Delivers what is due, in the background.</summary>
internal sealed class DeliveryWorker(DeliveryRun run, TimeProvider clock, ILogger<DeliveryWorker> logger)
    : Worker(clock, logger)
{
    protected override Task WorkAsync(CancellationToken stoppingToken) => run.RunAsync(stoppingToken);
}

/// <summary>Works the inbox journal off, in the background.</summary>
internal sealed class InboxWorker(InboxProcessor processor, TimeProvider clock, ILogger<InboxWorker> logger)
    : Worker(clock, logger)
{
    protected override Task WorkAsync(CancellationToken stoppingToken) => processor.RunAsync(stoppingToken);
}
