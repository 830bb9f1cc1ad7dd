namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>From recipients to inboxes: one POST for each shared inbox (CONTRACT.md §6 "Collapse"). Pure.</summary>
public static class Audience
{
    /// <summary>Where an actor takes its mail.</summary>
    /// <param name="inbox">Its own inbox, canonical.</param>
    /// <param name="shared">The inbox it says that it shares, or null.</param>
    /// <returns>
    /// The shared inbox when it is on the host of the inbox: else one actor could send other people's mail to a third.
    /// </returns>
    public static Uri InboxOf(Uri inbox, Uri? shared)
    {
        ArgumentNullException.ThrowIfNull(inbox);
        return shared is not null && CanonicalAuthority.SameOrigin(shared, inbox) ? shared : inbox;
    }

    /// <summary>Collapses inboxes.</summary>
    /// <param name="inboxes">All of them, also own and double ones.</param>
    /// <param name="origin">The node's own origin, which gets nothing.</param>
    /// <returns>Distinct inboxes in order of first mention.</returns>
    public static IReadOnlyList<Uri> Collapse(IEnumerable<Uri> inboxes, Uri origin)
    {
        ArgumentNullException.ThrowIfNull(inboxes);
        ArgumentNullException.ThrowIfNull(origin);
        HashSet<Uri> seen = [];
        return [.. inboxes.Where(inbox => !CanonicalAuthority.SameOrigin(inbox, origin) && seen.Add(inbox))];
    }
}
