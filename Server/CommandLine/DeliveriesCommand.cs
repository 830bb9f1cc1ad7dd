using System.CommandLine;
using Ontmoetingsplein.Storage;
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
        var retry = new Option<bool>("--retry") { Description = "With --host: try it again now." };
        var command = new Command("deliveries", "Show what waits for which server, and why.") { host, retry };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => parsed.GetValue(host) is { } one
                ? ShowHostAsync(node, one.ToLowerInvariant(), parsed.GetValue(retry), stop)
                : ShowAllAsync(node, stop),
            stop));
        root.Subcommands.Add(command);
    }

    private static async Task<int> ShowAllAsync(CommandNode.Context node, CancellationToken stop)
    {
        var peers = await node.Get<PeerStore>().ListWaitingAsync(MostHosts, stop);
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
                peer.BlockedAt is not null ? "blocked" : Time(peer.RetryAt), Markup.Escape(peer.LastError ?? ""));
        }

        node.Screen.Write(table);
        return 0;
    }

    private static async Task<int> ShowHostAsync(
        CommandNode.Context node, string host, bool retry, CancellationToken stop)
    {
        if (retry)
        {
            await node.Get<Database>().WriteAsync(writing => PeerStore.Wake(writing, host), stop);
            node.Output.WriteLine($"{host} is tried again within seconds.");
        }

        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("activity", "type", "to", "attempts", "next try", "why");
        foreach (var delivery in await node.Get<OutboxStore>().ListWaitingAsync(host, MostHosts, stop))
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
