using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// The one check before a post is stored or changed, by whatever road it came: delivered, forwarded, passed on by a
/// topic, found in a thread or looked at again (FEP-fe34; CONTRACT.md §7 rows 11 to 13).
/// </summary>
internal static class PostOrigin
{
    /// <summary>Why a post cannot be what its sender says; null when it can.</summary>
    /// <param name="incoming">With the author as the sender; what was fetched names no other.</param>
    /// <param name="thing">The post.</param>
    /// <returns>
    /// Null only when the post, its author and, where the author sent one, the activity are of one origin.
    /// </returns>
    public static string? Fault(Incoming incoming, AsObject thing)
    {
        var author = CanonicalAuthority.Stored(incoming.Sender.Uri);
        return thing.Id is null ? "It has no id."
            : thing.AttributedToId != incoming.Sender.Uri ? "It is not by the actor of the activity."
            : !CanonicalAuthority.IsOn(thing.Id, author) ? "Its id is not on its author's server."
            : incoming.IsByAuthor && !CanonicalAuthority.IsOn(incoming.Activity.Id, author)
                ? "The activity's id is not on its actor's server."
            : null;
    }
}
