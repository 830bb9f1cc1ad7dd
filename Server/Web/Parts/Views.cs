using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>The items of the main menu.</summary>
public enum Nav
{
    None,
    Questions,
    Topics,
    Ask,
    About,
    Reports,
    Administration,
}

/// <summary>A link with its words.</summary>
public sealed record LinkItem(string Href, string Text);

/// <summary>A choice in a select field.</summary>
public sealed record Choice(string Value, string Text);

/// <summary>Where older and newer pages of a list are; null where there is none.</summary>
public sealed record PagerLinks(string? Newer, string? Older);

/// <summary>What a writer is to the reader of this plein.</summary>
public enum PersonKind
{
    Neighbour,

    /// <summary>Not somebody, but the plein itself.</summary>
    Plein,
    Organisation,
    Municipality,
    Remote,
}

/// <summary>A person or organisation beside what it wrote. Name and place are plain text from anyone.</summary>
public sealed record PersonView(string Name, PersonKind Kind = PersonKind.Neighbour)
{
    /// <summary>Path of the profile here, or the address of the one elsewhere.</summary>
    public string? Profile { get; init; }

    /// <summary>@hans@mastodon.example, for people from elsewhere.</summary>
    public string? Handle { get; init; }

    /// <summary>Software or host they write from: "Mastodon", "plein.debrug.example".</summary>
    public string? Via { get; init; }

    /// <summary>The name says that it is a government body's; nothing that this node believes bears it out.</summary>
    public bool OnlySaysGovernment { get; init; }

    /// <summary>"Samira" of "Samira A.", for short sentences.</summary>
    public string FirstName => Name.Split(' ', 2)[0];
}

/// <summary>A question in a list.</summary>
/// <param name="Id">Local id, also for questions of other nodes.</param>
/// <param name="Title">Plain text.</param>
/// <param name="Topic">Name of the topic, or null.</param>
/// <param name="At">When it was asked.</param>
public sealed record QuestionRowView(long Id, string Title, string? Topic, DateTimeOffset At)
{
    public int Answers { get; init; }

    public bool HasOfficialAnswer { get; init; }

    public bool HasAcceptedAnswer { get; init; }

    /// <summary>How many people want to know this too.</summary>
    public int AlsoAsked { get; init; }

    /// <summary>Stands first in its topic.</summary>
    public bool Pinned { get; init; }

    /// <summary>Name or host of the plein it was asked on, when not this one.</summary>
    public string? Origin { get; init; }

    /// <summary>Who may see it.</summary>
    public Audience Audience { get; init; }

    /// <summary>Name of the organisation that alone may see it.</summary>
    public string? OnlyFor { get; init; }
}

/// <summary>A topic as a tile.</summary>
public sealed record TopicTileView(string Slug, string Name, string Description, string Icon, int Questions)
{
    /// <summary>Name or host of the plein it belongs to, when not this one.</summary>
    public string? Origin { get; init; }
}

/// <summary>A comment below an answer.</summary>
/// <param name="Id">Local id.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Html">Body, already sanitised.</param>
/// <param name="At">When.</param>
public sealed record CommentView(long Id, PersonView Author, MarkupString Html, DateTimeOffset At)
{
    /// <summary>What the reader may do with it.</summary>
    public May May { get; init; } = new();

    public bool Edited { get; init; }
}

/// <summary>An answer with what the reader may do with it.</summary>
public sealed record AnswerView(long Id, long QuestionId, PersonView Author, MarkupString Html, DateTimeOffset At)
{
    public bool Edited { get; init; }

    public int Helpful { get; init; }

    /// <summary>The reader said it is helpful.</summary>
    public bool MarkedHelpful { get; init; }

    public bool Accepted { get; init; }

    /// <summary>Who accepted it: the asker's first name, or null when unknown.</summary>
    public string? AcceptedBy { get; init; }

    /// <summary>What the reader may do with it.</summary>
    public May May { get; init; } = new();

    /// <summary>Web address where the writer found it.</summary>
    public Uri? FoundAt { get; init; }

    /// <summary>Its writer calls it official, and nothing that is known here bears that out.</summary>
    public bool Unverified { get; init; }

    /// <summary>Its writer, who is not known here as an organisation, took it back or gave another one.</summary>
    public bool Withdrawn { get; init; }

    /// <summary>The answer on the plein or server where it was written, when not here.</summary>
    public Uri? Original { get; init; }

    /// <summary>What makes it official; null for an ordinary answer, and for one that only says so.</summary>
    public OfficialView? Official { get; init; }

    /// <summary>Who may see it, when that is fewer people than see the question; else everyone.</summary>
    public Audience Audience { get; init; }

    /// <summary>Name of the organisation that alone may see it.</summary>
    public string? OnlyFor { get; init; }

    public IReadOnlyList<CommentView> Comments { get; init; } = [];

    /// <summary>A comment that was refused: the words typed and what is wrong with them.</summary>
    public TextDraft? Draft { get; init; }

    /// <summary>The same of a report.</summary>
    public TextDraft? Report { get; init; }
}

/// <summary>A form with one text, to show again: as typed, with what is wrong.</summary>
public sealed record TextDraft(string Text, IReadOnlyDictionary<string, string> Errors);

/// <summary>What is asked besides the text of an official answer: as typed.</summary>
public sealed record OfficialForm
{
    public string SourceTitle { get; init; } = "";

    /// <summary>As typed: 2026-12-31 or 31-12-2026; so are the other dates.</summary>
    public string ValidFrom { get; init; } = "";

    public string ValidUntil { get; init; } = "";

    public string ReviewBefore { get; init; } = "";

    public string CheckedBy { get; init; } = "";

    internal bool IsEmpty => SourceTitle.Length + ValidFrom.Length + ValidUntil.Length + ReviewBefore.Length == 0;
}

/// <summary>How we know who sends an official answer. What we do not know is no official answer.</summary>
public enum SenderProof
{
    /// <summary>The organisation keeps this very plein.</summary>
    KeepsThisPlein,

    /// <summary>The keeper of this plein lets it answer officially here.</summary>
    AdmittedHere,

    /// <summary>An organisation that this plein believes vouches for it.</summary>
    Attested,

    /// <summary>Its website names the plein, and the government register names the website.</summary>
    Register,
}

/// <summary>What makes an answer official: who stands behind it, on what ground, until when.</summary>
public sealed record OfficialView(string Organisation, SenderProof Proof)
{
    /// <summary>The answer in one sentence.</summary>
    public string? Lead { get; init; }

    public string? SourceTitle { get; init; }

    public Uri? Source { get; init; }

    /// <summary>How it stands today.</summary>
    public OfficialState State { get; init; } = OfficialState.Valid;

    public DateOnly? ValidFrom { get; init; }

    public DateOnly? ValidUntil { get; init; }

    /// <summary>The day before which it is looked at again.</summary>
    public DateOnly? ReviewBefore { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>Why it was withdrawn, plain text.</summary>
    public string? WithdrawnReason { get; init; }

    /// <summary>Where the answer is that replaces it.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>Where the answer is that it replaces.</summary>
    public string? Replaces { get; init; }

    /// <summary>Its earlier versions cannot be verified.</summary>
    public bool HistoryBroken { get; init; }

    /// <summary>When the server of its author last said that this is the answer; null for one of here.</summary>
    public DateTimeOffset? AtSource { get; init; }

    /// <summary>Host of that server.</summary>
    public string? Host { get; init; }

    /// <summary>Who vouches for the sender.</summary>
    public string? Voucher { get; init; }

    /// <summary>It holds today, as far as is known here.</summary>
    public bool Stands => State is OfficialState.Valid or OfficialState.ReviewOverdue;

    public DateOnly? CheckedOn { get; init; }

    /// <summary>"Priya de Boer, team Afval".</summary>
    public string? CheckedBy { get; init; }

    /// <summary>Host of the organisation's website.</summary>
    public string? Website { get; init; }

    public string? RegisterNumber { get; init; }
}
