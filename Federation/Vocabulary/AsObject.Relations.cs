namespace Ontmoetingsplein.Federation.Vocabulary;

/// <content>Who and what it is about. Tags and attachments hold at most 100 values.</content>
public sealed partial class AsObject
{
    /// <summary>A list holds at most so many values; what was sent beyond is not read.</summary>
    public const int MostValues = 1_000;

    /// <summary>Who did the activity.</summary>
    public IReadOnlyList<AsObject> Actor => Relation(Term.Actor);

    /// <summary>The actor's id; null unless there is exactly one actor with an id.</summary>
    public string? ActorId => SingleId(Term.Actor);

    /// <summary>What the activity was done to.</summary>
    public IReadOnlyList<AsObject> Object => Relation(Term.Object);

    /// <summary>The object's id; null unless there is exactly one object with an id.</summary>
    public string? ObjectId => SingleId(Term.Object);

    /// <summary>Where it went: of Add, Remove, Move.</summary>
    public IReadOnlyList<AsObject> Target => Relation(Term.Target);

    /// <summary>The target's id; null unless there is exactly one.</summary>
    public string? TargetId => SingleId(Term.Target);

    /// <summary>Where it came from: of Move.</summary>
    public IReadOnlyList<AsObject> Origin => Relation(Term.Origin);

    /// <summary>The origin's id; null unless there is exactly one.</summary>
    public string? OriginId => SingleId(Term.Origin);

    /// <summary>What came of the activity.</summary>
    public IReadOnlyList<AsObject> Result => Relation(Term.Result);

    /// <summary>What it was done with.</summary>
    public IReadOnlyList<AsObject> Instrument => Relation(Term.Instrument);

    /// <summary>Authors; for a Group its collection of moderators.</summary>
    public IReadOnlyList<AsObject> AttributedTo => Relation(Term.AttributedTo);

    /// <summary>The author's id; null unless there is exactly one.</summary>
    public string? AttributedToId => SingleId(Term.AttributedTo);

    /// <summary>The Group (FEP-1b12).</summary>
    public IReadOnlyList<AsObject> Audience => Relation(Term.Audience);

    /// <summary>The Group's id; null unless there is exactly one.</summary>
    public string? AudienceId => SingleId(Term.Audience);

    /// <summary>What it replies to.</summary>
    public IReadOnlyList<AsObject> InReplyTo => Relation(Term.InReplyTo);

    /// <summary>The id it replies to; null unless there is exactly one.</summary>
    public string? InReplyToId => SingleId(Term.InReplyTo);

    /// <summary>The property <c>context</c>: the thread (FEP-7888).</summary>
    public IReadOnlyList<AsObject> Context => Relation(Term.Context);

    /// <summary>The thread's id; null unless there is exactly one.</summary>
    public string? ContextId => SingleId(Term.Context);

    /// <summary>The collection of replies.</summary>
    public IReadOnlyList<AsObject> Replies => Relation(Term.Replies);

    /// <summary>The collection of likes.</summary>
    public IReadOnlyList<AsObject> Likes => Relation(Term.Likes);

    /// <summary>The collection of shares.</summary>
    public IReadOnlyList<AsObject> Shares => Relation(Term.Shares);

    /// <summary>Ids of the first addressees.</summary>
    public IReadOnlyList<string> To => Ids(Term.To);

    /// <summary>Ids of those who get a copy.</summary>
    public IReadOnlyList<string> Cc => Ids(Term.Cc);

    /// <summary>Ids of first addressees that a sender should have removed.</summary>
    public IReadOnlyList<string> Bto => Ids(Term.Bto);

    /// <summary>Ids of copied addressees that a sender should have removed.</summary>
    public IReadOnlyList<string> Bcc => Ids(Term.Bcc);

    /// <summary>Whether it is addressed to everybody, in <see cref="To"/> or <see cref="Cc"/>.</summary>
    public bool IsPublic => ContainsPublic(Term.To) || ContainsPublic(Term.Cc);

    /// <summary>Mentions, hashtags, emoji.</summary>
    public IReadOnlyList<AsObject> Tag => Relation(Term.Tag);

    /// <summary>Links, images, documents.</summary>
    public IReadOnlyList<AsObject> Attachment => Relation(Term.Attachment);

    /// <summary>Small pictures.</summary>
    public IReadOnlyList<AsObject> Icon => Relation(Term.Icon);

    /// <summary>Large pictures.</summary>
    public IReadOnlyList<AsObject> Image => Relation(Term.Image);

    /// <summary>Pages or files: bare references or Links with a media type.</summary>
    public IReadOnlyList<AsObject> Url => Relation(Term.Url);

    /// <summary>The software or its actor.</summary>
    public IReadOnlyList<AsObject> Generator => Relation(Term.Generator);

    /// <summary>Of a generator: what it implements (FEP-844e), as Links.</summary>
    public IReadOnlyList<AsObject> Implements => Relation(Term.Implements);

    /// <summary>A stand-in for software that does not know this type (FEP-b2b8).</summary>
    public IReadOnlyList<AsObject> Preview => Relation(Term.Preview);

    /// <summary>Members of a Collection.</summary>
    public IReadOnlyList<AsObject> Items => Relation(Term.Items);

    /// <summary>Members of an OrderedCollection, as sent.</summary>
    public IReadOnlyList<AsObject> OrderedItems => Relation(Term.OrderedItems);

    /// <summary>First page of a collection.</summary>
    public IReadOnlyList<AsObject> First => Relation(Term.First);

    /// <summary>The next page's id; null unless there is exactly one.</summary>
    public string? Next => SingleId(Term.Next);

    /// <summary>The collection that a page belongs to; null unless there is exactly one.</summary>
    public string? PartOf => SingleId(Term.PartOf);

    /// <summary>Integrity proofs (FEP-8b32); to be verified over <see cref="Raw"/>.</summary>
    public IReadOnlyList<AsObject> Proof => Relation(Term.Proof);

    private bool ContainsPublic(Term term)
    {
        foreach (var addressee in Relation(term))
        {
            if (PublicAudience.Matches(addressee.Reference))
                return true;
        }
        return false;
    }
}
