using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>Everything around a page that does not come from the page itself: node, brand, reader.</summary>
public sealed record PageFrame
{
    /// <summary>The node's own name: "Ontmoetingsplein Waterveen".</summary>
    public required string NodeName { get; init; }

    /// <summary>Address of this node without a path: https://plein.waterveen.example.</summary>
    public required Uri Origin { get; init; }

    /// <summary>Stylesheet, fonts and icon with their hashes.</summary>
    public required Assets Assets { get; init; }

    /// <summary>The moment that relative times count from.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Path and query of this page, to come back to after signing in.</summary>
    public required string Path { get; init; }

    /// <summary>Who keeps the plein, as written on the door: "Gemeente Waterveen". Null on a fresh node.</summary>
    public string? Organisation { get; init; }

    public PleinKind Kind { get; init; }

    /// <summary>"nl" or "en".</summary>
    public string Language { get; init; } = "nl";

    public FormOfAddress FormOfAddress { get; init; }

    /// <summary>The person signed in, or null for a visitor.</summary>
    public Reader? Reader { get; init; }

    /// <summary>Request token for forms; null for visitors, who get no forms that change something.</summary>
    public string? AntiforgeryToken { get; init; }

    /// <summary>One sentence above the page after a redirect: "Uw vraag staat op het plein."</summary>
    public string? Notice { get; init; }

    /// <summary>Where people reach the keeper of the plein.</summary>
    public string? ContactMail { get; init; }

    public string? ContactPhone { get; init; }

    /// <summary>Where the source of the running version is; the licence (EUPL-1.2) asks for it.</summary>
    public Uri? Source { get; init; }

    /// <summary>The accessibility statement that the keeper had registered, if any.</summary>
    public Uri? AccessibilityStatement { get; init; }

    /// <summary>There is a way to reach the keeper.</summary>
    public bool HasContact => ContactMail is not null || ContactPhone is not null;
}

/// <summary>The person signed in.</summary>
/// <param name="DisplayName">As shown beside what they write.</param>
/// <param name="ProfilePath">Path of the public profile.</param>
/// <param name="IsAdministrator">May open the administration page.</param>
public sealed record Reader(string DisplayName, string ProfilePath, bool IsAdministrator)
{
    /// <summary>How many reports wait for this reader; null when they are none of its business.</summary>
    public long? OpenReports { get; init; }

    /// <summary>Wants mail at all; who does not is promised none.</summary>
    public bool GetsMail { get; init; } = true;

    /// <summary>How much was set aside, for who administers; counted up to a hundred.</summary>
    public int SetAside { get; init; }
}
