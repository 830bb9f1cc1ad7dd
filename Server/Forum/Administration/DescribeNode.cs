using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Forum.Administration;

/// <summary>
/// Gives the node its name, on every page and as other servers see it, and says how visitors reach its keeper and where
/// its accessibility statement is.
/// </summary>
internal sealed class DescribeNode(Database database, ActorStore actors, NodeAddresses addresses)
{
    private const int MinDigits = 3;
    private const int MaxPhone = 30;

    /// <summary>What was typed; all but the name may be empty.</summary>
    public sealed record Form(string Name, string ContactMail, string ContactPhone, string Statement);

    /// <summary>Describes it; the route lets administrators through only.</summary>
    /// <returns>Null when it was done; else faults of name, contactMail, contactPhone and statement.</returns>
    public async Task<Refusal?> ExecuteAsync(Form form, CancellationToken cancellationToken)
    {
        var name = ReadableText.Line(form.Name);
        var (mail, phone, statement) = (form.ContactMail.Trim(), form.ContactPhone.Trim(), form.Statement.Trim());
        List<FieldFault> faults = [];
        if (ReadableText.Fault("name", name, NodeSettings.MinName, NodeSettings.MaxName, "error.name") is { } fault)
        {
            faults.Add(fault);
        }

        if (mail.Length > 0 && !MailAddresses.IsAddress(mail))
        {
            faults.Add(new FieldFault("contactMail", "error.email"));
        }

        if (phone.Length > 0 && !IsPhone(phone))
        {
            faults.Add(new FieldFault("contactPhone", "error.phone"));
        }

        if (statement.Length > 0 && NodeSettings.WebAddress(statement) is null)
        {
            faults.Add(new FieldFault("statement", "error.webAddress"));
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var node = await actors.FindByUriAsync(addresses.Node, cancellationToken)
            ?? throw new InvalidOperationException("The node has no actor.");
        await database.WriteAsync(
            writing =>
            {
                SettingStore.Set(writing, NodeSettings.NameKey, name);
                SettingStore.Set(writing, NodeSettings.ContactMailKey, NullIfEmpty(mail));
                SettingStore.Set(writing, NodeSettings.ContactPhoneKey, NullIfEmpty(phone));
                SettingStore.Set(writing, NodeSettings.StatementKey, NullIfEmpty(statement));
                ActorStore.Present(writing, node.Id, name, node.SummaryHtml);
            }, cancellationToken);
        return null;
    }

    private static bool IsPhone(string text) => text.Length <= MaxPhone
        && text.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')')
        && text.Count(char.IsAsciiDigit) >= MinDigits;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
