using System.CommandLine;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Accounts: create one, list them, help somebody back in.</summary>
internal static class AccountCommands
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(24);

    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var account = new Command("account", "Create, list and reset accounts.");
        account.Subcommands.Add(Create(settings));
        account.Subcommands.Add(List(settings));
        account.Subcommands.Add(Reset(settings));
        root.Subcommands.Add(account);
    }

    private static Command Create(SettingsOption settings)
    {
        var name = new Option<string>("--name") { Required = true, Description = "Name that people read." };
        var email = new Option<string>("--email") { Required = true, Description = "Mail address." };
        var handle = new Option<string?>("--handle")
        {
            Description = "Name in the address, [a-z0-9_]; made from the name if left out.",
        };
        var role = new Option<Role>("--role") { Description = "member, moderator or administrator." };
        // Not also the numbers that stand for them.
        role.AcceptOnlyFromAmong([.. Enum.GetNames<Role>().Select(one => one.ToLowerInvariant())]);
        var organisation = new Option<string?>("--organisation")
        {
            Description = "Name of an organisation of this node that the account acts for.",
        };
        var command = new Command("create", "Create an account and print a link that signs in once.")
        {
            name, email, handle, role, organisation,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node => CreateAsync(
                node, parsed.GetValue(name)!, parsed.GetValue(email)!, parsed.GetValue(handle), parsed.GetValue(role),
                parsed.GetValue(organisation), stop),
            stop));
        return command;
    }

    private static Command List(SettingsOption settings)
    {
        var command = new Command("list", "List all accounts, newest first.");
        command.SetAction(
            (parsed, stop) => CommandNode.RunAsync(parsed, settings, node => ListAsync(node, stop), stop));
        return command;
    }

    private static Command Reset(SettingsOption settings)
    {
        var who = new Argument<string>("who") { Description = "Handle or mail address." };
        var command = new Command(
            "reset", "End all sessions, remove the password, and print a link that signs in once.") { who };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings, node => ResetAsync(node, parsed.GetValue(who)!, stop), stop));
        return command;
    }

    private static async Task<int> CreateAsync(
        CommandNode.Context node, string name, string email, string? handle, Role role, string? organisation,
        CancellationToken stop)
    {
        if (AccountRules.DisplayName(name) is { } fault)
        {
            return node.Refuse(Refusal.Invalid(fault));
        }

        if (!MailAddresses.IsAddress(email))
        {
            node.Errors.WriteLine($"--email {email}: this is no mail address.");
            return 1;
        }

        if (handle is not null && !AccountRules.IsHandle(handle))
        {
            node.Errors.WriteLine($"--handle {handle}: use 2 to 30 of the letters a-z, digits and _.");
            return 1;
        }

        var organisations = await node.Get<Storage.Actors.ActorStore>().ListOrganisationsAsync(stop);
        var joined = organisations.FirstOrDefault(o => o.DisplayName == organisation || o.Name == organisation);
        if (organisation is not null && joined is null)
        {
            node.Errors.WriteLine(
                $"--organisation {organisation}: choose one of"
                + $" {string.Join(", ", organisations.Select(o => o.DisplayName))}.");
            return 1;
        }

        var create = node.Get<CreateAccount>();
        var actor = await node.Get<Database>().WriteAsync(
            writing =>
            {
                var made = create.Execute(writing, name, email, role, handle);
                if (made is not null && joined is not null)
                {
                    AccountStore.Join(writing, joined.Id, made.Id);
                }

                return made;
            }, stop);
        if (actor is null)
        {
            node.Errors.WriteLine("The mail address or the handle is in use.");
            return 1;
        }

        node.Output.WriteLine($"{actor.DisplayName} is {node.Get<NodeAddresses>().Handle(actor.Name, null)}.");
        node.Output.WriteLine($"Sign in once, within a day: {await LinkAsync(node, actor.Id, email, stop)}");
        return 0;
    }

    private static async Task<int> ListAsync(CommandNode.Context node, CancellationToken stop)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("handle", "name", "mail", "role", "since");
        PageRequest? next = PageRequest.Newest(100);
        while (next is { } request)
        {
            var page = await node.Get<AccountStore>().ListAsync(request, stop);
            foreach (var account in page.Items)
            {
                table.AddRow(
                    Markup.Escape(account.Name), Markup.Escape(account.DisplayName), Markup.Escape(account.Email ?? ""),
                    account.Role.ToString().ToLowerInvariant(), $"{account.CreatedAt:yyyy-MM-dd}");
            }

            next = page.Next is { } before ? new PageRequest(before, 100) : null;
        }

        node.Screen.Write(table);
        return 0;
    }

    private static async Task<int> ResetAsync(CommandNode.Context node, string who, CancellationToken stop)
    {
        var accounts = node.Get<AccountStore>();
        var account = await accounts.FindByEmailAsync(who, stop)
            ?? await accounts.FindByNameAsync(who.TrimStart('@').Split('@')[0], stop);
        if (account is null)
        {
            node.Errors.WriteLine($"{who}: there is no such account. \"account list\" shows all.");
            return 1;
        }

        await node.Get<Database>().WriteAsync(
            writing => AccountStore.SetPassword(writing, account.ActorId, hash: null, keep: null), stop);
        node.Output.WriteLine($"{account.DisplayName} is signed out everywhere and has no password any more.");
        node.Output.WriteLine(
            $"Sign in once, within a day: {await LinkAsync(node, account.ActorId, account.Email, stop)}");
        return 0;
    }

    private static async Task<string> LinkAsync(
        CommandNode.Context node, ActorId account, string? email, CancellationToken stop)
    {
        var token = Token.Create();
        await node.Get<Database>().WriteAsync(
            writing => SessionStore.AddLink(writing, token.Hash, new SignInLink
            {
                Purpose = LinkPurpose.SignIn,
                Email = email,
                AccountId = account,
                ExpiresAt = writing.Now + LinkLife,
            }), stop);
        return $"{node.Get<NodeAddresses>().Root}{Paths.SignInLink}?token={token.Text}";
    }
}
