using System.Collections.ObjectModel;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>The form to ask: as typed, with what is wrong and what is already there.</summary>
public sealed record AskQuestionModel(IReadOnlyList<Choice> Topics)
{
    /// <summary>Fields: title, body, topic, audience, notify.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public string Title { get; init; } = "";

    public string Body { get; init; } = "";

    /// <summary>Slug of the chosen topic.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Who may see it, as <see cref="Reach.Text"/>.</summary>
    public string Audience { get; init; } = Reach.Everyone.Text;

    /// <summary>Organisations that the reader belongs to, by number.</summary>
    public IReadOnlyList<Choice> Organisations { get; init; } = [];

    public bool Notify { get; init; } = true;

    /// <summary>Questions that look like the one typed.</summary>
    public IReadOnlyList<LinkItem> Similar { get; init; } = [];
}

/// <summary>The form to change a question.</summary>
public sealed record EditQuestionModel(long Id, string Title, string Body)
{
    /// <summary>The reader may change the text; a moderator may only delete what somebody else wrote.</summary>
    public bool CanRevise { get; init; } = true;

    /// <summary>Fields: title, body.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
