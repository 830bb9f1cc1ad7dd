using System.Collections.ObjectModel;
using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Topics;

/// <summary>All topics.</summary>
/// <param name="Topics">Those of this plein.</param>
/// <param name="Elsewhere">Those of other pleinen that are followed here.</param>
public sealed record TopicsModel(IReadOnlyList<TopicTileView> Topics, IReadOnlyList<TopicTileView> Elsewhere)
{
    /// <summary>The handle typed to follow a topic elsewhere.</summary>
    public string Handle { get; init; } = "";

    /// <summary>Fields: handle.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>One topic with its questions.</summary>
public sealed record TopicModel(string Slug, string Name, string Description, string Icon)
{
    public IReadOnlyList<QuestionRowView> Questions { get; init; } = [];

    public PagerLinks? Pages { get; init; }

    /// <summary>The list holds only questions without an answer.</summary>
    public bool OnlyUnanswered { get; init; }

    public bool Following { get; init; }

    public int Followers { get; init; }

    /// <summary>@afval@plein.waterveen.example</summary>
    public string? Handle { get; init; }

    /// <summary>The ActivityPub id of the topic.</summary>
    public Uri? Alternate { get; init; }

    /// <summary>Name of the plein this topic belongs to, and its page there; null for our own.</summary>
    public LinkItem? Origin { get; init; }
}
