using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>What a website says of an actor.</summary>
/// <param name="Answered">False when it could not be asked for now.</param>
/// <param name="Host">The host of the website that names the actor; null when none does.</param>
/// <param name="RegisterId">The organisation's address in a register, as the website has it.</param>
/// <param name="FaultKey">Text: why it proves nothing.</param>
internal sealed record WebsiteAnswer(
    bool Answered, string? Host = null, string? RegisterId = null, string? FaultKey = null)
{
    /// <summary>It only links to the actor: that says whose it is, not by which keys it speaks.</summary>
    public bool IsLink { get; init; }
}

/// <summary>
/// The first two proofs of who an organisation is: its website lists the actor with its keys, and the actor names that
/// website (CONTRACT.md §8). The file stands on the website itself, not on the node. Who cannot place a file links
/// to the actor with <c>rel="me"</c> on the page that it names, which counts for less.
/// </summary>
internal sealed partial class WebsiteProof(RemoteFetcher fetcher, FederationOptions options, TimeProvider clock)
{
    /// <summary>Where the file is.</summary>
    public const string Path = "/.well-known/ontmoetingsplein.json";

    private const int MostBytes = 32 * 1024;
    private const int MostNodes = 100;
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Asks a website about an actor.</summary>
    /// <param name="website">An address of the website.</param>
    /// <param name="actor">ActivityPub id of the actor.</param>
    /// <param name="keys">The Ed25519 keys that the actor publishes, as Multikey; the file must list all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<WebsiteAnswer> CheckAsync(
        string? website, string actor, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Parse(website, options) is not { } address)
        {
            return new WebsiteAnswer(true, FaultKey: "proof.noWebsite");
        }

        var file = new Uri(address, Path);
        return await fetcher.FetchJsonAsync(file, cancellationToken) switch
        {
            FetchResult.Unreachable => new WebsiteAnswer(false, FaultKey: "proof.unreachable"),
            FetchResult.Found found when !CanonicalAuthority.SameHolder(found.Url, file) =>
                new WebsiteAnswer(true, FaultKey: "proof.elsewhere"),
            FetchResult.Found { Bytes.Length: <= MostBytes } found => Read(found.Bytes, file, actor, keys),
            FetchResult.Found => new WebsiteAnswer(true, FaultKey: "proof.unreadable"),
            _ => await CheckLinkAsync(address, actor, cancellationToken),
        };
    }

    private async Task<WebsiteAnswer> CheckLinkAsync(Uri page, string actor, CancellationToken cancellationToken) =>
        await fetcher.FetchPageAsync(page, cancellationToken) switch
        {
            FetchResult.Unreachable => new WebsiteAnswer(false, FaultKey: "proof.unreachable"),
            FetchResult.Found found when CanonicalAuthority.SameHolder(found.Url, page)
                && LinksOfOneself(Encoding.UTF8.GetString(found.Bytes.Span)).Contains(actor, StringComparer.Ordinal) =>
                new WebsiteAnswer(true, page.Authority) { IsLink = true },
            _ => new WebsiteAnswer(true, FaultKey: "proof.noFile"),
        };

    // Tag by tag, without a tree of what may be a megabyte of anything.
    private static IEnumerable<string> LinksOfOneself(string html) =>
        from tag in LinkTag().Matches(html)
        let parts = LinkPart().Matches(tag.Value).GroupBy(part => part.Groups["name"].Value.ToLowerInvariant())
            .ToDictionary(same => same.Key, same => WebUtility.HtmlDecode(same.First().Groups["value"].Value))
        where parts.GetValueOrDefault("rel", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Contains("me", StringComparer.OrdinalIgnoreCase)
        select parts.GetValueOrDefault("href", "").Trim();

    /// <summary>The website that an actor names in its profile.</summary>
    public static string? WebsiteOf(AsObject actor) => actor.Attachment
        .Where(field => field.Is("PropertyValue") && string.Equals(
            field.Name, ActorDocuments.WebsiteField, StringComparison.OrdinalIgnoreCase))
        .Select(field => field.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String
            ? Address().Match(value.GetString()!) is { Success: true } link ? link.Groups[1].Value : null
            : null)
        .FirstOrDefault(address => address is not null);

    /// <summary>The file that an organisation of here puts on its website.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="registerId">Its address in a register, or null.</param>
    /// <param name="actor">ActivityPub id of its actor.</param>
    /// <param name="keys">Its Ed25519 keys as Multikey.</param>
    /// <param name="validUntil">When the file is to be made anew.</param>
    public static string Write(
        string name, string? registerId, string actor, IEnumerable<string> keys, DateOnly validUntil)
    {
        var file = new JsonObject { ["version"] = 1 };
        if (registerId is not null)
        {
            file["organisation"] = registerId;
        }

        file["name"] = name;
        file["nodes"] = new JsonArray(new JsonObject
        {
            ["host"] = Federation.CanonicalAuthority.Stored(actor).Authority,
            ["actor"] = actor,
            ["keys"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]),
            ["validUntil"] = validUntil.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        });
        return file.ToJsonString(Readable);
    }

    /// <summary>What an organisation of here puts on its website when it can put no file there.</summary>
    /// <param name="actor">ActivityPub id of its actor.</param>
    /// <param name="name">Its name.</param>
    public static string WriteLink(string actor, string name) =>
        $"<a rel=\"me\" href=\"{WebUtility.HtmlEncode(actor)}\">{WebUtility.HtmlEncode(name)}</a>";

    private WebsiteAnswer Read(
        ReadOnlyMemory<byte> bytes, Uri file, string actor, IReadOnlyCollection<string> keys)
    {
        WebsiteFile? read;
        try
        {
            read = JsonSerializer.Deserialize<WebsiteFile>(bytes.Span, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            read = null;
        }

        if (read is not { Version: 1, Nodes: { } nodes })
        {
            return new WebsiteAnswer(true, FaultKey: "proof.unreadable");
        }

        if (nodes.Take(MostNodes).FirstOrDefault(one => one?.Actor == actor) is not { } node)
        {
            return new WebsiteAnswer(true, FaultKey: "proof.otherActor");
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return keys.Count == 0 || node.Keys is null || !keys.All(node.Keys.Contains)
            ? new WebsiteAnswer(true, FaultKey: "proof.otherKeys")
            : !DateOnly.TryParseExact(
                node.ValidUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
                || last < today
            ? new WebsiteAnswer(true, FaultKey: "proof.fileExpired")
            : new WebsiteAnswer(true, file.Authority, read.Organisation);
    }

    [GeneratedRegex("""^\s*(?:<a\s[^>]*?href=["'])?(https?://[^\s"'<>]{1,2000})""", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex("""<(?:a|link)\s[^<>]{0,4000}>""", RegexOptions.IgnoreCase)]
    private static partial Regex LinkTag();

    // Every part, so that what stands in the value of one is not taken for another.
    [GeneratedRegex(
        """(?<=\s)(?<name>[^\s"'<>/=]{1,50})\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'>]+))""",
        RegexOptions.IgnoreCase)]
    private static partial Regex LinkPart();

    private sealed record WebsiteFile(int Version, string? Organisation, IReadOnlyList<WebsiteNode?>? Nodes);

    private sealed record WebsiteNode(string? Actor, IReadOnlyList<string>? Keys, string? ValidUntil);
}
