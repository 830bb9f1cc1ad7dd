using System.CommandLine;
using System.Globalization;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.SetAside;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Tells what failed for good, tries it again or drops it; also when no mail to sign in goes out.</summary>
internal static class SetAsideCommand
{
    private const string All = "all";

    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var retry = new Option<string?>("--retry") { Description = "Try one again now, by its number, or all." };
        var drop = new Option<string?>("--drop") { Description = "Throw one away, by its number, or all." };
        var command = new Command("set-aside", "Show mail and received activities that failed for good, and why.")
        {
            retry, drop,
        };
        command.Validators.Add(result =>
        {
            var given = new[] { result.GetValue(retry), result.GetValue(drop) }.OfType<string>().ToList();
            if (given.Count > 1 || given.Exists(text => text != All && Number(text) is null))
            {
                result.AddError("Give --retry or --drop with a number from the list, or with \"all\".");
            }
        });
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => (parsed.GetValue(retry) ?? parsed.GetValue(drop)) is { } which
                ? DoAsync(node, Number(which), parsed.GetValue(drop) is not null, stop)
                : ListAsync(node, stop),
            stop));
        root.Subcommands.Add(command);
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<int> DoAsync(CommandNode.Context node, long? id, bool drop, CancellationToken stop)
    {
        var outcome = await node.Get<ManageSetAside>().ExecuteAsync(id, drop, CommandNode.Context.Operator, stop);
        if (!outcome.IsDone(out var count, out var refusal))
        {
            return node.Refuse(refusal);
        }

        node.Output.WriteLine(drop ? $"Thrown away: {count}." : $"Tried again within a minute: {count}.");
        return 0;
    }

    private static async Task<int> ListAsync(CommandNode.Context node, CancellationToken stop)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("number", "what", "for or from", "attempts", "since", "why");
        PageRequest? next = PageRequest.Newest(100);
        while (next is { } request)
        {
            var page = await node.Get<SetAsideStore>().ListAsync(request, stop);
            foreach (var item in page.Items)
            {
                table.AddRow(
                    $"{item.Id}", Markup.Escape($"{item.Kind}: {item.Title}"), Markup.Escape(item.Party),
                    $"{item.Attempts}", $"{item.At:yyyy-MM-dd HH:mm:ss} UTC", Markup.Escape(item.Reason));
            }

            next = page.Next is { } before ? new PageRequest(before, 100) : null;
        }

        if (table.Rows.Count == 0)
        {
            node.Output.WriteLine("Nothing is set aside.");
        }
        else
        {
            node.Screen.Write(table);
        }

        return 0;
    }
}
