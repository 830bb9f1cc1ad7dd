using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>What a Note, Article or Page of another server says, in our terms and safe to show.</summary>
internal sealed record RemotePost
{
    /// <summary>A post may be this much ahead of our clock; later ones count as sent now.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public required string Id { get; init; }

    public required string Url { get; init; }

    public required string Title { get; init; }

    public required string BodyHtml { get; init; }

    public string? BodySource { get; init; }

    public required string Language { get; init; }

    public required DateTimeOffset Published { get; init; }

    /// <summary>The `updated` of the author, not before <see cref="Published"/>.</summary>
    public required DateTimeOffset Updated { get; init; }

    public string? SourceUrl { get; init; }

    public string? SourceTitle { get; init; }

    /// <summary>The kinds of object that carry a question or answer (CONTRACT.md D1).</summary>
    public static bool IsPost(AsObject thing) =>
        thing.Is("Note") || thing.Is("Article") || thing.Is("Page") || thing.Is("Question");

    /// <summary>Reads a question: title apart, body without it.</summary>
    public static RemotePost? ReadQuestion(AsObject thing, string language, DateTimeOffset now)
    {
        if (Read(thing, language, now) is not { } post)
        {
            return null;
        }

        var html = SafeHtml.FromPeer(thing.Content, PlaceOf(thing));
        var named = SafeHtml.OneLine(PlainText.Of(thing.Title ?? thing.Name ?? ""), QuestionRules.MaxTitle);
        if (named.Length > 0)
        {
            return post with { Title = named, BodyHtml = WithoutTitle(html, named) };
        }

        // Untitled, as from Mastodon: the first line is the title, without the mentions that address us.
        var text = PlainText.Of(html.Replace("<br>", "\n", StringComparison.Ordinal)
            .Replace("</p>", "\n", StringComparison.Ordinal));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(WithoutMentions).Where(line => line.Length > 0).ToList();
        if (lines.Count == 0)
        {
            return null;
        }

        var title = SafeHtml.OneLine(lines[0], QuestionRules.MaxTitle);
        var wholeIsTitle = lines.Count == 1 && lines[0].Length <= QuestionRules.MaxTitle;
        return post with { Title = title, BodyHtml = wholeIsTitle ? "" : html };
    }

    /// <summary>Reads an answer or comment.</summary>
    public static RemotePost? ReadAnswer(AsObject thing, string language, DateTimeOffset now)
    {
        var html = SafeHtml.FromPeer(thing.Content, PlaceOf(thing));
        return Read(thing, language, now) is { } post && PlainText.Of(html).Length > 0
            ? post with { BodyHtml = html }
            : null;
    }

    private static RemotePost? Read(AsObject thing, string language, DateTimeOffset now)
    {
        if (thing.Id is not { } id)
        {
            return null;
        }

        var published = thing.Published is { } sent && sent <= now + Ahead ? sent : now;
        var tag = thing.Language ?? thing.ContentMap.Keys.FirstOrDefault() ?? language;
        var link = LinkOf(thing);
        var source = thing.Attachment.FirstOrDefault(a => a.Is("Link") && IsWeb(a.Href));
        return new RemotePost
        {
            Id = id,
            Url = link ?? id,
            Title = "",
            BodyHtml = "",
            BodySource = thing.Source?.MediaType == "text/markdown" ? Cut(thing.Source.Content) : null,
            Language = tag.Length is >= 2 and <= 35 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? tag
                : language,
            Published = published,
            Updated = thing.Updated is { } updated && updated > published ? updated : published,
            SourceUrl = source?.Href,
            SourceTitle = source is null ? null
                : SafeHtml.OneLine(source.Name, 120) is { Length: > 0 } name ? name
                : SafeHtml.OneLine(source.Href, 120),
        };
    }

    /// <summary>Address at which the links in a text of a peer are resolved: its page, on the host of its id.</summary>
    public static string? PlaceOf(AsObject thing) =>
        LinkOf(thing) is { } link && thing.Id is { } id && CanonicalAuthority.Read(id) is { } named
            && CanonicalAuthority.Read(link) is { } page && page.Authority == named.Authority
                ? link
                : thing.Id;

    private static string? LinkOf(AsObject thing) => thing.Url.Select(url => url.Href ?? url.Id).FirstOrDefault(IsWeb);

    /// <summary>Whether a text of a peer is an address that a page may link to.</summary>
    public static bool IsWeb(string? text) =>
        CanonicalAuthority.Read(text) is not null;

    private static string? Cut(string? text) =>
        text is { Length: > QuestionRules.MaxBody } ? text[..QuestionRules.MaxBody] : text;

    // Own nodes repeat the title as the first paragraph, for readers elsewhere (CONTRACT.md D1).
    private static string WithoutTitle(string html, string title)
    {
        var end = html.IndexOf("</p>", StringComparison.Ordinal);
        return end > 0 && SafeHtml.OneLine(PlainText.Of(html[..end]), QuestionRules.MaxTitle) == title
            ? html[(end + "</p>".Length)..].Trim()
            : html;
    }

    private static string WithoutMentions(string line) =>
        string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word[0] == '@'));
}
