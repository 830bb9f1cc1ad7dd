namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>Where a recipient takes its mail.</summary>
/// <param name="Inbox">Its own inbox, canonical.</param>
/// <param name="SharedInbox">The inbox it shares, if it has one.</param>
public readonly record struct Recipient(Uri Inbox, Uri? SharedInbox);

/// <summary>From recipients to inboxes: one POST for each shared inbox (federation.md §6 Collapse). Pure.</summary>
public static class Audience
{
    /// <summary>Collapses recipients.</summary>
    /// <param name="recipients">All of them, also own and double ones.</param>
    /// <param name="origin">The node's own origin, which gets nothing.</param>
    /// <returns>
    /// Distinct inboxes in order of first mention. A shared inbox counts only on the host of the inbox: else one
    /// actor could send other people's mail to a third.
    /// </returns>
    public static IReadOnlyList<Uri> Collapse(IEnumerable<Recipient> recipients, Uri origin)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        ArgumentNullException.ThrowIfNull(origin);
        HashSet<Uri> seen = [];
        List<Uri> inboxes = [];
        foreach (var (own, shared) in recipients)
        {
            var inbox = shared is not null && CanonicalAuthority.SameOrigin(shared, own) ? shared : own;
            if (!CanonicalAuthority.SameOrigin(inbox, origin) && seen.Add(inbox))
                inboxes.Add(inbox);
        }
        return inboxes;
    }
}
