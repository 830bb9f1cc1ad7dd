using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>One question with everything that was said about it.</summary>
/// <param name="Id">Local id, also for questions of other nodes.</param>
/// <param name="Title">Plain text.</param>
/// <param name="Html">Body, already sanitised.</param>
/// <param name="Author">Who asked.</param>
/// <param name="At">When.</param>
public sealed record QuestionModel(long Id, string Title, MarkupString Html, PersonView Author, DateTimeOffset At)
{
    public bool Edited { get; init; }

    /// <summary>The topic's page and name.</summary>
    public LinkItem? Topic { get; init; }

    /// <summary>How many people want to know this too.</summary>
    public int AlsoAsked { get; init; }

    /// <summary>The reader is one of them.</summary>
    public bool AskedToo { get; init; }

    public bool Following { get; init; }

    /// <summary>What the reader may do with it.</summary>
    public May May { get; init; } = new();

    /// <summary>Who may see it.</summary>
    public Audience Audience { get; init; }

    /// <summary>Name of the organisation that alone may see it.</summary>
    public string? OnlyFor { get; init; }

    /// <summary>Closed for answers.</summary>
    public bool Locked { get; init; }

    /// <summary>Address of the question that was asked before, when this one is the same.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>What the reader may decide about the thread; null when it is no moderator of it.</summary>
    public ModerationView? Moderation { get; init; }

    /// <summary>In the order to show: official ones apart, the accepted one first.</summary>
    public IReadOnlyList<AnswerView> Answers { get; init; } = [];

    public IReadOnlyList<LinkItem> Similar { get; init; } = [];

    /// <summary>@afval@plein.waterveen.example</summary>
    public string? TopicHandle { get; init; }

    /// <summary>Name of the plein it was asked on and its page there; null when asked here.</summary>
    public LinkItem? Origin { get; init; }

    /// <summary>The ActivityPub id.</summary>
    public Uri? Alternate { get; init; }

    public AnswerForm Draft { get; init; } = new();

    /// <summary>A report of the question that was refused; null when there was none.</summary>
    public TextDraft? Report { get; init; }
}

/// <summary>What a moderator may decide about a thread.</summary>
/// <param name="Locked">It is closed now.</param>
public sealed record ModerationView(bool Locked)
{
    /// <summary>It stands first in its topic; null where that is not for this reader to decide.</summary>
    public bool? Pinned { get; init; }

    /// <summary>Topics it can move to.</summary>
    public IReadOnlyList<Choice> Topics { get; init; } = [];

    /// <summary>What was typed and refused; null when nothing was.</summary>
    public DecisionDraft? Draft { get; init; }
}

/// <summary>One of a moderator's forms: as typed, with what is wrong.</summary>
/// <param name="Form">Which: duplicate or move.</param>
/// <param name="Text">The address or the topic.</param>
/// <param name="Errors">Name of the field, sentence for the reader.</param>
public sealed record DecisionDraft(string Form, string Text, IReadOnlyDictionary<string, string> Errors);

/// <summary>The answer form: as typed, with what is wrong.</summary>
public sealed record AnswerForm
{
    /// <summary>Fields: text, source, as, those of <see cref="OfficialForm"/>, replaces, audience, notify.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public string Text { get; init; } = "";

    public string Source { get; init; } = "";

    /// <summary>Organisations that the reader may answer for, by number.</summary>
    public IReadOnlyList<Choice> Organisations { get; init; } = [];

    /// <summary>Number of the chosen one; empty for the reader's own name.</summary>
    public string As { get; init; } = "";

    /// <summary>What is asked only for an official answer.</summary>
    public OfficialForm Official { get; init; } = new();

    /// <summary>Official answers of the reader's organisations here, which a new one can replace.</summary>
    public IReadOnlyList<Choice> Replaceable { get; init; } = [];

    /// <summary>Number of the chosen one; empty for none.</summary>
    public string Replaces { get; init; } = "";

    /// <summary>Who may see it, as <see cref="Reach.Text"/>.</summary>
    public string Audience { get; init; } = Reach.Everyone.Text;

    /// <summary>Who may see the question: an answer reaches no further.</summary>
    public Reach Within { get; init; }

    /// <summary>Mail me when there are new answers.</summary>
    public bool Notify { get; init; } = true;
}
