namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>The properties that are read, other than id and type. Names and kinds: <see cref="Terms"/>.</summary>
internal enum Term : byte
{
    None,

    // ActivityStreams 2.0
    Actor, Object, Target, Origin, Result, Instrument, AttributedTo, Audience, InReplyTo, Context, Replies, Likes,
    Shares, To, Cc, Bto, Bcc, Tag, Attachment, Icon, Image, Url, Generator, Preview, Items, OrderedItems, First, Next,
    PartOf, TotalItems, Published, Updated, Deleted, FormerType, StartTime, EndTime, Name, NameMap, Content, ContentMap,
    Summary, SummaryMap, MediaType, Source, Sensitive, Href, Rel,

    // Actors: ActivityPub, security vocabularies, toot, FEPs
    PreferredUsername, Inbox, Outbox, Followers, Following, Featured, Endpoints, SharedInbox, PublicKey, Owner,
    PublicKeyPem, AssertionMethod, Controller, PublicKeyMultibase, ManuallyApprovesFollowers, Discoverable, Indexable,
    AlsoKnownAs, MovedTo, Webfinger, Implements, Proof,

    // Lemmy and PieFed
    Distinguished, PostingRestrictedToMods, Language, Identifier, Answer, QuestionAnswer,

    // Own profile
    Kind, Title, AcceptedAnswer, AcceptedBy, Revision, PreviousRevision, Revisions, Official, Issuer, OrganisationId,
    ValidFrom, ValidUntil, ReviewBefore, OfficialSource, Retrieved, Supersedes, SupersededBy, Withdrawn, WithdrawnAt,
    WithdrawnReason, Status, Question, OfficialAnswer, DuplicateOf, MergedInto, ActorKind, Attestation, Subject,
    AttestedName, Revoked,
}

/// <summary>How the value of a property is read.</summary>
internal enum TermKind : byte
{
    /// <summary>Objects, links or ids.</summary>
    Relation,

    /// <summary>As <see cref="Relation"/>, cut off sooner.</summary>
    ShortRelation,

    /// <summary>A string.</summary>
    Text,

    /// <summary>Strings by language.</summary>
    TextMap,

    /// <summary>A boolean.</summary>
    Flag,

    /// <summary>An integer.</summary>
    Number,
}
