using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Inbox;

namespace Ontmoetingsplein.Server.Outbound;

/// <summary>Delivers what is due, in the background.</summary>
internal sealed class DeliveryWorker(DeliveryRun run) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => run.RunAsync(stoppingToken);
}

/// <summary>Works the inbox journal off, in the background.</summary>
internal sealed class InboxWorker(InboxProcessor processor) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => processor.RunAsync(stoppingToken);
}
