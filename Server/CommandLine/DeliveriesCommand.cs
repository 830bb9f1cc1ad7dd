using System.CommandLine;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Storage.Fediverse;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Tells what waits for which server, and why.</summary>
internal static class DeliveriesCommand
{
    private const int MostHosts = 200;

    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var host = new Option<string?>("--host") { Description = "Show each activity that waits for this server." };
        var orders = new Dictionary<DeliveryOrder, Option<bool>>
        {
            [DeliveryOrder.Retry] = new("--retry") { Description = "With --host: try it again now." },
            [DeliveryOrder.Park] = new("--park") { Description = "With --host: try it once a day only." },
            [DeliveryOrder.Forget] = new("--forget")
            {
                Description = "With --host: throw away what waits for it and what was learned of it.",
            },
        };
        var command = new Command("deliveries", "Show what waits for which server, and why.") { host };
        foreach (var option in orders.Values)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            var asked = orders.Values.Count(result.GetValue);
            if (asked > 1 || (asked == 1 && result.GetValue(host) is null))
            {
                result.AddError("Give --host and one of --retry, --park and --forget.");
            }
        });
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => parsed.GetValue(host) is { } one
                ? ShowHostAsync(
                    node, one,
                    orders.Where(order => parsed.GetValue(order.Value)).Select(order => (DeliveryOrder?)order.Key)
                        .SingleOrDefault(),
                    stop)
                : ShowAllAsync(node, stop),
            stop));
        root.Subcommands.Add(command);
    }

    private static async Task<int> ShowAllAsync(CommandNode.Context node, CancellationToken stop)
    {
        var peers = await node.Get<PeerStore>().ListWaitingAsync(null, MostHosts, stop);
        if (peers.Count == 0)
        {
            node.Output.WriteLine("Nothing waits: all has arrived.");
            return 0;
        }

        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("server", "waiting", "failures", "failing since", "next try", "why");
        foreach (var peer in peers)
        {
            table.AddRow(
                Markup.Escape(peer.Host), $"{peer.Waiting}", $"{peer.Failures}", Time(peer.FailingSince),
                (peer.ParkedAt is null ? "" : "parked, ")
                    + Time(peer.RetryAt > peer.DueAt ? peer.RetryAt : peer.DueAt),
                Markup.Escape(peer.LastError ?? ""));
        }

        node.Screen.Write(table);
        return 0;
    }

    private static async Task<int> ShowHostAsync(
        CommandNode.Context node, string host, DeliveryOrder? order, CancellationToken stop)
    {
        var manage = node.Get<ManageDeliveries>();
        var outcome = order is { } asked
            ? await manage.ExecuteAsync(host, asked, CommandNode.Context.Operator, stop)
            : await manage.FindAsync(host, stop);
        if (!outcome.IsDone(out var peer, out var refusal))
        {
            return node.Refuse(refusal);
        }

        if (order is not null)
        {
            node.Output.WriteLine(order switch
            {
                DeliveryOrder.Park => $"{peer.Host} is parked: it is tried once a day, until it answers or sends.",
                DeliveryOrder.Forget => $"What waited for {peer.Host} is thrown away.",
                _ => $"{peer.Host} is tried again within seconds.",
            });
        }

        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("activity", "type", "to", "attempts", "next try", "why");
        foreach (var delivery in await node.Get<OutboxStore>().ListWaitingAsync(peer.Host, MostHosts, stop))
        {
            table.AddRow(
                Markup.Escape(delivery.ActivityUri), Markup.Escape(delivery.Type), Markup.Escape(delivery.Inbox),
                $"{delivery.Attempts}", Time(delivery.DueAt), Markup.Escape(delivery.LastError ?? ""));
        }

        node.Screen.Write(table);
        return 0;
    }

    private static string Time(DateTimeOffset? moment) =>
        moment is null || moment.Value.ToUnixTimeMilliseconds() == 0 ? "now" : $"{moment:yyyy-MM-dd HH:mm:ss} UTC";
}
