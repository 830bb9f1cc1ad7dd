using System.CommandLine;
using System.Globalization;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Who answers officially here, and what proves who our own organisations are.</summary>
internal static class OrganisationCommands
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var list = new Command("list", "List the organisations of other nodes of which this node knows who they are.");
        list.SetAction((parsed, stop) => CommandNode.RunAsync(parsed, settings, node => ListAsync(node, stop), stop));
        root.Subcommands.Add(new Command("organisation", "Recognise organisations, and prove who ours are.")
        {
            list, Recognise(settings), End(settings), About(settings), Attest(settings), Revoke(settings),
            Hold(settings), Register(settings),
        });
    }

    private static Command Recognise(SettingsOption settings)
    {
        var handle = Handle();
        var vouches = new Option<bool>("--vouches")
        {
            Description = "Believe also for whom it vouches.",
        };
        var command = new Command("recognise", "Let an organisation of another node answer officially here.")
        {
            handle, vouches,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node => Tell(
                node,
                await node.Get<AdmitOrganisation>().ExecuteAsync(
                    parsed.GetValue(handle)!, parsed.GetValue(vouches), CommandNode.Context.Operator, stop),
                actor => $"{actor.DisplayName} answers officially here."), stop));
        return command;
    }

    private static Command End(SettingsOption settings)
    {
        var handle = Handle();
        var command = new Command(
            "refuse", "Let an organisation answer officially no longer; again, to let others say who it is.")
        {
            handle,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node =>
            {
                var typed = parsed.GetValue(handle)!.TrimStart('@');
                var known = (await node.Get<RecognitionStore>().ListAsync(stop))
                    .FirstOrDefault(one => $"{one.Name}@{one.Host}" == typed || one.Uri == typed);
                return Tell(
                    node,
                    known is null
                        ? new Refusal(RefusalKind.NotFound, "problem.404text")
                        : await node.Get<AdmitOrganisation>().EndAsync(
                            known.ActorId, CommandNode.Context.Operator, stop),
                    one => one.Ground == RecognitionGround.Denied
                        ? $"{one.DisplayName} is looked at again."
                        : $"{one.DisplayName} answers officially here no longer.",
                    "It is not known here. These are: organisation list.");
            }, stop));
        return command;
    }

    private static Command About(SettingsOption settings)
    {
        var own = Own();
        var website = new Option<string?>("--website") { Description = "Its own website." };
        var register = new Option<string?>("--register") { Description = "Its address in a public register (IRI)." };
        var command = new Command("about", "Say who an organisation of this node is; prints the file for its website.")
        {
            own, website, register,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => WithOwnAsync(
                node, parsed.GetValue(own),
                async actor =>
                {
                    var before = await node.Get<OrganisationStore>().FindAsync(actor.Id, stop);
                    var outcome = await node.Get<DescribeOrganisation>().ExecuteAsync(
                        actor.Id, parsed.GetValue(website) ?? before.Website ?? "",
                        parsed.GetValue(register) ?? before.RegisterId ?? "", CommandNode.Context.Operator, stop);
                    if (!outcome.IsDone(out var about, out var refusal))
                    {
                        return node.Refuse(refusal);
                    }

                    if (about.Website is { } site)
                    {
                        node.Output.WriteLine($"Put this at {new Uri(new Uri(site), WebsiteProof.Path)}:");
                        node.Output.WriteLine(
                            await node.Get<DescribeOrganisation>().FileAsync(actor, about, stop));
                        node.Output.WriteLine($"Or, for less, this link on {site}:");
                        node.Output.WriteLine(WebsiteProof.WriteLink(actor.Uri, actor.DisplayName));
                    }

                    return 0;
                }, stop), stop));
        return command;
    }

    private static Command Attest(SettingsOption settings)
    {
        var handle = Handle();
        var own = Own();
        var register = new Option<string>("--register")
        {
            Required = true,
            Description = "Its address in a public register (IRI).",
        };
        var until = new Option<string>("--until")
        {
            Required = true,
            Description = $"Last day, like 2027-06-01; at most {AttestOrganisation.MostDays} days from now.",
        };
        var command = new Command("attest", "Vouch for an organisation of another node; prints the address.")
        {
            handle, own, register, until,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => WithOwnAsync(
                node, parsed.GetValue(own),
                async actor => Tell(
                    node,
                    await node.Get<AttestOrganisation>().IssueAsync(
                        actor.Id, parsed.GetValue(handle)!, parsed.GetValue(register)!,
                        TypedDay.Read(parsed.GetValue(until)!), CommandNode.Context.Operator, stop),
                    made => NodeAddresses.Attestation(actor, made.Id)), stop), stop));
        return command;
    }

    private static Command Revoke(SettingsOption settings)
    {
        var address = new Argument<string>("address") { Description = "The address of an attestation of this node." };
        var command = new Command("revoke", "Take an attestation back.") { address };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node => Tell(
                node,
                await node.Get<AttestOrganisation>().RevokeAsync(
                    long.TryParse(
                        parsed.GetValue(address)!.Split('/')[^1], NumberStyles.None, CultureInfo.InvariantCulture,
                        out var id) ? id : 0,
                    CommandNode.Context.Operator, stop),
                one => $"{one.SubjectName} is vouched for no longer.",
                "This node made no such attestation, or took it back before."), stop));
        return command;
    }

    private static Command Hold(SettingsOption settings)
    {
        var address = new Argument<string>("address") { Description = "The address of the attestation." };
        var own = Own();
        var off = new Option<bool>("--off") { Description = "Show it no longer." };
        var command = new Command("show", "Show other nodes what another organisation attests of one of ours.")
        {
            address, own, off,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => WithOwnAsync(
                node, parsed.GetValue(own),
                async actor =>
                {
                    var attest = node.Get<AttestOrganisation>();
                    var typed = parsed.GetValue(address)!;
                    return Tell(
                        node,
                        parsed.GetValue(off)
                            ? await attest.DropAsync(actor.Id, typed, CommandNode.Context.Operator, stop)
                            : await attest.HoldAsync(actor.Id, typed, CommandNode.Context.Operator, stop),
                        held => $"{held.Issuer} until {held.ValidUntil:yyyy-MM-dd}",
                        "This attestation is not shown.");
                }, stop), stop));
        return command;
    }

    private static Command Register(SettingsOption settings)
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = "Lines of website,address in the register,name; replaces what was there.",
        };
        var command = new Command("register", "Load a copy of the register of government bodies.") { file };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node =>
            {
                var given = parsed.GetValue(file)!;
                if (await node.ReadAsync("<file>", given, RegisterList.MaxLength, stop) is not { } text)
                {
                    return 1;
                }

                return Tell(
                    node,
                    await node.Get<AdmitOrganisation>().RegisterAsync(
                        text, CommandNode.Context.Operator, stop),
                    count => $"{count} websites");
            }, stop));
        return command;
    }

    private static async Task<int> ListAsync(CommandNode.Context node, CancellationToken stop)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("handle", "name", "ground", "vouches");
        foreach (var one in await node.Get<RecognitionStore>().ListAsync(stop))
        {
            table.AddRow(
                Markup.Escape(node.Get<NodeAddresses>().Handle(one.Name, one.Host)), Markup.Escape(one.DisplayName),
                Markup.Escape(one.Ground switch
                {
                    RecognitionGround.Denied => "refused here",
                    RecognitionGround.Attested => $"attested by {one.IssuerName}",
                    RecognitionGround.Registered => $"website {one.Website} and register",
                    RecognitionGround.Website => $"website {one.Website}: not official",
                    _ => "recognised here",
                }),
                one.Vouches ? "yes" : "");
        }

        node.Screen.Write(table);
        return 0;
    }

    private static async Task<int> WithOwnAsync(
        CommandNode.Context node, string? name, Func<Actor, Task<int>> act, CancellationToken stop)
    {
        var ours = await node.Get<ActorStore>().ListOrganisationsAsync(stop);
        if (ours.FirstOrDefault(one => name is null || one.Name == name || one.DisplayName == name) is { } actor)
        {
            return await act(actor);
        }

        await node.Errors.WriteLineAsync(
            $"This node has no organisation {name}. It has: {string.Join(", ", ours.Select(one => one.Name))}.");
        return 1;
    }

    private static int Tell<T>(
        CommandNode.Context node, Outcome<T> outcome, Func<T, string> say, string? missing = null)
    {
        if (!outcome.IsDone(out var done, out var refusal))
        {
            if (refusal.Kind != RefusalKind.NotFound || missing is null)
            {
                return node.Refuse(refusal);
            }

            node.Errors.WriteLine(missing);
            return 1;
        }

        node.Output.WriteLine(say(done));
        return 0;
    }

    private static Argument<string> Handle() => new("handle")
    {
        Description = "Like @gemeente@plein.example, or the address of its page.",
    };

    private static Option<string?> Own() => new("--of")
    {
        Description = "Which of our organisations; the first if left out.",
    };
}
