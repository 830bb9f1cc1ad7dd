namespace Ontmoetingsplein.Federation.Vocabulary;

/// <content>
/// The own profile, <c>https://w3id.org/ontmoetingsplein/ns#</c>: claims of the sender, to be proved elsewhere. Read
/// as <c>omp:…</c>, as full IRI, and under a prefix that the document's <c>@context</c> gave before.
/// </content>
public sealed partial class AsObject
{
    /// <summary>question, answer, officialAnswer or comment.</summary>
    public string? Kind => Text(Term.Kind);

    /// <summary>Of a question: the title, plain text.</summary>
    public string? Title => Text(Term.Title);

    /// <summary>Of a question or thread: the accepted answer's id.</summary>
    public string? AcceptedAnswerId => SingleId(Term.AcceptedAnswer);

    /// <summary>Of a thread: the actor who accepted.</summary>
    public string? AcceptedById => SingleId(Term.AcceptedBy);

    /// <summary>Number of this version, counted from 1.</summary>
    public long? Revision => Number(Term.Revision);

    /// <summary><c>sha256-</c> and hexadecimal hash of the former version.</summary>
    public string? PreviousRevision => Text(Term.PreviousRevision);

    /// <summary>The address of the collection of all signed versions.</summary>
    public string? RevisionsId => SingleId(Term.Revisions);

    /// <summary>The official statement; null when not exactly one.</summary>
    public AsObject? Official => Single(Term.Official);

    /// <summary>Of a statement or attestation: who makes it.</summary>
    public string? IssuerId => SingleId(Term.Issuer);

    /// <summary>The organisation's number in a register, as IRI.</summary>
    public string? OrganisationId => SingleId(Term.OrganisationId);

    /// <summary>First day of validity.</summary>
    public DateOnly? ValidFrom => Day(Term.ValidFrom);

    /// <summary>Last day of validity.</summary>
    public DateOnly? ValidUntil => Day(Term.ValidUntil);

    /// <summary>The day before which the issuer will look at it again.</summary>
    public DateOnly? ReviewBefore => Day(Term.ReviewBefore);

    /// <summary>Of a statement: its sources, Links with Name and Retrieved.</summary>
    public IReadOnlyList<AsObject> OfficialSource => Relation(Term.OfficialSource);

    /// <summary>Of a source: when it was looked at.</summary>
    public DateTimeOffset? Retrieved => Time(Term.Retrieved);

    /// <summary>The answer that this one replaces.</summary>
    public string? SupersedesId => SingleId(Term.Supersedes);

    /// <summary>The answer that replaces this one.</summary>
    public string? SupersededById => SingleId(Term.SupersededBy);

    /// <summary>Of a statement: that it was withdrawn, with WithdrawnAt and WithdrawnReason.</summary>
    public AsObject? Withdrawn => Single(Term.Withdrawn);

    /// <summary>Of a withdrawal: when.</summary>
    public DateTimeOffset? WithdrawnAt => Time(Term.WithdrawnAt);

    /// <summary>Of a withdrawal: why, plain text.</summary>
    public string? WithdrawnReason => Text(Term.WithdrawnReason);

    /// <summary>Of a thread: open, answered, closed, duplicate or moved.</summary>
    public string? Status => Text(Term.Status);

    /// <summary>Of a thread: its question.</summary>
    public string? QuestionId => SingleId(Term.Question);

    /// <summary>Of a thread: the official answers.</summary>
    public IReadOnlyList<string> OfficialAnswers => Ids(Term.OfficialAnswer);

    /// <summary>Of a thread: the question that was there before.</summary>
    public string? DuplicateOfId => SingleId(Term.DuplicateOf);

    /// <summary>Of a thread: where its answers went.</summary>
    public string? MergedIntoId => SingleId(Term.MergedInto);

    /// <summary>Of an actor: "organisation".</summary>
    public string? ActorKind => Text(Term.ActorKind);

    /// <summary>Of an actor: attestations of its organisation.</summary>
    public IReadOnlyList<AsObject> Attestation => Relation(Term.Attestation);

    /// <summary>Of an attestation: the actor it is about.</summary>
    public string? SubjectId => SingleId(Term.Subject);

    /// <summary>Of an attestation: the organisation's name.</summary>
    public string? AttestedName => Text(Term.AttestedName);

    /// <summary>Of an issuer: its collections of revoked attestations.</summary>
    public IReadOnlyList<AsObject> Revoked => Relation(Term.Revoked);

    /// <summary>The address of the only one; null unless there is exactly one.</summary>
    public string? RevokedId => SingleId(Term.Revoked);
}
