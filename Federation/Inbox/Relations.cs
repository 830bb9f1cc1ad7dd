using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// What an activity is about: the things that it and its object name, and who did it. Of two activities of one host
/// that share any of these the first must be done first: an Update after its Create, an Undo after what it undoes, a
/// reply after what it replies to, a thread in its order. What shares nothing may pass.
/// </summary>
internal static class Relations
{
    // Announce, activity, post.
    private const int Deepest = 4;
    private const int Most = 200;

    /// <summary>The ids; at most a few hundred.</summary>
    /// <param name="activity">As it was received.</param>
    public static HashSet<string> Of(AsObject activity)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        Collect(activity, Deepest, ids);
        return ids;
    }

    private static void Collect(AsObject thing, int deep, HashSet<string> ids)
    {
        // A topic passes on what all its people do: that it is the topic's says nothing.
        string?[] named =
        [
            thing.Reference, thing.Is("Announce") ? null : thing.ActorId, thing.AttributedToId, thing.ContextId,
            thing.AcceptedAnswerId, thing.QuestionId,
        ];
        foreach (var id in named.Concat(thing.InReplyTo.Select(parent => parent.Reference)))
        {
            if (id is not null && ids.Count < Most)
                ids.Add(id);
        }
        if (deep == 0)
            return;
        foreach (var inner in thing.Object)
            Collect(inner, deep - 1, ids);
    }
}
