using System.CommandLine;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Storage.Actors;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Which other hosts this node deals with: list, decide, import; what it would cut is shown first.</summary>
internal static class HostsCommands
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var list = new Command("list", "List what was decided about other hosts.");
        list.SetAction((parsed, stop) => CommandNode.RunAsync(parsed, settings, node => ListAsync(node, stop), stop));
        var only = new Command("only-listed", "Deal with nobody but the hosts that are allowed.");
        var everyone = new Command("everyone", "The opposite of only-listed.");
        root.Subcommands.Add(new Command("hosts", "Block, hide or allow other hosts.")
        {
            list,
            Decide("block", "Take nothing from a host and send it nothing.", PeerVerdict.Refuse, settings),
            Decide("hide", "Deal with a host, but show nothing of it.", PeerVerdict.Hide, settings),
            Decide("allow", "Deal with a host, whatever is said of wider ones.", PeerVerdict.Allow, settings),
            Decide("forget", "Take back what was decided about a host.", null, settings),
            Mode(only, PeerVerdict.Refuse, settings),
            Mode(everyone, null, settings),
            Import(settings),
        });
    }

    private static Command Decide(string name, string description, PeerVerdict? verdict, SettingsOption settings)
    {
        var host = new Argument<string>("host") { Description = "Like example.org; what is below it is meant too." };
        var reason = new Option<string>("--reason")
        {
            Description = "Why, for administrators.",
            DefaultValueFactory = _ => "",
        };
        var apply = Apply();
        var command = new Command(name, description) { host, reason, apply };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => RunAsync(
                node,
                HostRuleList.Of(
                    parsed.GetValue(host)!, verdict, parsed.GetValue(reason) ?? "", node.Get<FederationOptions>()),
                parsed.GetValue(apply), stop), stop));
        return command;
    }

    private static Command Mode(Command command, PeerVerdict? verdict, SettingsOption settings)
    {
        var apply = Apply();
        command.Add(apply);
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => RunAsync(
                node, HostRuleList.Of(PeerRule.Everyone, verdict, "", node.Get<FederationOptions>()),
                parsed.GetValue(apply), stop), stop));
        return command;
    }

    private static Command Import(SettingsOption settings)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV as Mastodon exports it, or hosts one a line." };
        var allow = new Option<bool>("--allow") { Description = "The file lists hosts to allow." };
        var apply = Apply();
        var command = new Command("import", "Take over a list of hosts.") { file, allow, apply };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node =>
            {
                var source = parsed.GetValue(file)!;
                if (await node.ReadAsync("<file>", source, HostRuleList.MaxLength, stop) is not { } text)
                {
                    return 1;
                }

                var verdict = parsed.GetValue(allow) ? PeerVerdict.Allow : PeerVerdict.Refuse;
                return await RunAsync(
                    node, HostRuleList.Read(text, verdict, node.Get<FederationOptions>()), parsed.GetValue(apply),
                    stop);
            }, stop));
        return command;
    }

    private static Option<bool> Apply() =>
        new("--apply") { Description = "Do it. Without this, only what it would cut is shown." };

    private static async Task<int> ListAsync(CommandNode.Context node, CancellationToken stop)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("host", "decision", "since", "why");
        foreach (var rule in await node.Get<PeerRuleStore>().ListAsync(stop))
        {
            table.AddRow(
                Markup.Escape(rule.Subject), Word(rule.Verdict), $"{rule.CreatedAt:yyyy-MM-dd}",
                Markup.Escape(rule.Reason));
        }

        node.Screen.Write(table);
        return 0;
    }

    private static async Task<int> RunAsync(
        CommandNode.Context node, HostRuleList list, bool apply, CancellationToken stop)
    {
        foreach (var line in list.Unread)
        {
            await node.Errors.WriteLineAsync($"Not understood: {line}");
        }

        if (list.Changes.Count == 0)
        {
            await node.Errors.WriteLineAsync("There is no host to decide about. Give one like example.org.");
            return 1;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns(
            "host", "now", "becomes", "followers", "followed", "questions", "answers", "waiting");
        foreach (var (stake, before, after) in await node.Get<DecideOnHosts>().PreviewAsync(list.Changes, stop))
        {
            table.AddRow(
                Markup.Escape(stake.Host), Word(before), Word(after), $"{stake.Followers}", $"{stake.Follows}",
                $"{stake.Questions}", $"{stake.Answers}", $"{stake.Waiting}");
        }

        node.Screen.Write(table);
        if (!apply)
        {
            node.Output.WriteLine($"{list.Changes.Count} decisions, nothing done yet: add --apply to carry them out.");
            return 0;
        }

        if (await node.Get<DecideOnHosts>().ExecuteAsync(list.Changes, CommandNode.Context.Operator, stop) is { } no)
        {
            return node.Refuse(no);
        }

        node.Output.WriteLine($"{list.Changes.Count} decisions carried out.");
        return 0;
    }

    private static string Word(PeerVerdict verdict) => verdict switch
    {
        PeerVerdict.Refuse => "block",
        PeerVerdict.Hide => "hide",
        _ => "allow",
    };
}
