using System.Collections.ObjectModel;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's first page.</summary>
public sealed record AdministrationModel
{
    /// <summary>Name of the node as it stands, or as typed.</summary>
    public required string Name { get; init; }

    /// <summary>Mail address for visitors, as it stands or as typed; so are the phone and the statement.</summary>
    public string ContactMail { get; init; } = "";

    public string ContactPhone { get; init; } = "";

    /// <summary>Address of the accessibility statement.</summary>
    public string Statement { get; init; } = "";

    public IReadOnlyList<TopicForm> Topics { get; init; } = [];

    public TopicForm NewTopic { get; init; } = new("", "", "", "message-2");

    /// <summary>The handle typed to follow a topic elsewhere.</summary>
    public string Handle { get; init; } = "";

    public IReadOnlyList<FollowedTopic> Following { get; init; } = [];

    /// <summary>The first servers for which something waits.</summary>
    public IReadOnlyList<ServerRow> Waiting { get; init; } = [];

    /// <summary>What was typed to make somebody a moderator.</summary>
    public string Moderator { get; init; } = "";

    /// <summary>
    /// Which form the errors belong to: "name", "new", "follow", the slug of a topic, or the
    /// <see cref="ModeratorForm"/> of one.
    /// </summary>
    public string? FaultyForm { get; init; }

    /// <summary>Fields: name, contactMail, contactPhone, statement; name, slug, description, icon; handle.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    internal static string ModeratorForm(string slug) => $"{slug}-moderator";

    internal IReadOnlyDictionary<string, string> ErrorsOf(string form) =>
        form == FaultyForm ? Errors : ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>A topic to add or change.</summary>
public sealed record TopicForm(string Slug, string Name, string Description, string Icon)
{
    public IReadOnlyList<ModeratorView> Moderators { get; init; } = [];
}

/// <summary>Somebody who moderates a topic.</summary>
/// <param name="Name">As people read it.</param>
/// <param name="Handle">@iris@plein.example.</param>
/// <param name="Address">To take it away.</param>
public sealed record ModeratorView(string Name, string Handle, string Address);

/// <summary>A topic of another plein that is followed here.</summary>
/// <param name="Id">To stop it.</param>
/// <param name="Name">As the other plein calls it.</param>
/// <param name="Handle">@afval@plein.example.</param>
/// <param name="IsAccepted">Whether that plein said yes; until then the question is under way.</param>
public sealed record FollowedTopic(long Id, string Name, string Handle, bool IsAccepted);
