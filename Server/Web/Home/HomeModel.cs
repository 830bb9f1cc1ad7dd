using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Home;

/// <summary>The home page: search first, then topics, the latest and what still waits for an answer.</summary>
public sealed record HomeModel
{
    public IReadOnlyList<TopicTileView> Topics { get; init; } = [];

    /// <summary>How many topics there are in all.</summary>
    public int TopicCount { get; init; }

    public IReadOnlyList<QuestionRowView> Latest { get; init; } = [];

    public IReadOnlyList<QuestionRowView> Unanswered { get; init; } = [];

    /// <summary>Organisations that answer officially here.</summary>
    public IReadOnlyList<LinkItem> OfficialOrganisations { get; init; } = [];

    /// <summary>Pleinen whose topics are shown here, or the other way round.</summary>
    public IReadOnlyList<LinkItem> ConnectedPleinen { get; init; } = [];
}
