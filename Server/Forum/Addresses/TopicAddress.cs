using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Addresses;

/// <summary>
/// Topics by what stands for them in addresses and forms: slug, or slug@host for one of another node.
/// </summary>
internal static class TopicAddress
{
    public static Task<Topic?> FindAsync(TopicStore topics, string? text, CancellationToken cancellationToken)
    {
        var parts = (text ?? "").Split('@');
        return parts switch
        {
            [{ Length: > 0 } slug] => topics.FindLocalAsync(slug, cancellationToken),
            [{ Length: > 0 } slug, { Length: > 0 } host] =>
                topics.FindRemoteAsync(slug.ToLowerInvariant(), host.ToLowerInvariant(), cancellationToken),
            _ => Task.FromResult<Topic?>(null),
        };
    }
}
