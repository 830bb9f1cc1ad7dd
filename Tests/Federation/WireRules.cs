using System.Text.Json;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>The hard rules of CONTRACT.md §4.1 and D9, which keep strict peers alive.</summary>
internal static class WireRules
{
    private static readonly string[] posts = ["Note", "Article", "Page"];
    private static readonly string[] singles = ["attributedTo", "audience", "context", "inReplyTo"];
    private static readonly string[] lists = ["to", "cc", "tag", "attachment"];
    private static readonly string[] moderation = ["Lock", "Add", "Remove"];

    /// <summary>One line for each rule that a document, or one inside it, breaks.</summary>
    public static List<string> Broken(JsonElement document)
    {
        var broken = new List<string>();
        Check(document, broken, isInner: false);
        return broken;
    }

    private static void Check(JsonElement value, List<string> broken, bool isInner)
    {
        var type = Text(value, "type");
        if (type is null)
        {
            broken.Add("type is not one string");
            return;
        }
        if (value.TryGetProperty("@context", out var context))
        {
            if (context.ValueKind != JsonValueKind.Array || context.GetArrayLength() == 0
                || context[0].GetString() != "https://www.w3.org/ns/activitystreams")
                broken.Add("@context is not an array that begins with ActivityStreams");
        }
        else if (!isInner)
            broken.Add("@context is missing");
        CheckId(value, type, broken);
        foreach (var single in singles)
        {
            if (value.TryGetProperty(single, out var relation) && relation.ValueKind != JsonValueKind.String)
                broken.Add($"{single} of {type} is not one string");
        }
        foreach (var list in lists)
        {
            if (value.TryGetProperty(list, out var relation) && relation.ValueKind != JsonValueKind.Array)
                broken.Add($"{list} of {type} is not an array");
        }
        if (value.GetRawText().Contains("\"as:Public\"", StringComparison.Ordinal))
            broken.Add("as:Public instead of the full IRI");
        if (posts.Contains(type))
            CheckPost(value, type, broken);
        if (moderation.Contains(type) && !(value.TryGetProperty("to", out _) && value.TryGetProperty("cc", out _)))
            broken.Add($"to or cc of {type} is missing");
        if (!value.TryGetProperty("object", out var inner) || inner.ValueKind != JsonValueKind.Object)
            return;
        if (type == "Delete" && value.TryGetProperty("summary", out _) && Host(value, "actor") == Host(inner, "id"))
            broken.Add("summary on a Delete within one host, which Lemmy would take for a moderator's");
        Check(inner, broken, isInner: true);
    }

    private static void CheckId(JsonElement value, string type, List<string> broken)
    {
        if (Text(value, "id") is not { } text || !Uri.TryCreate(text, UriKind.Absolute, out var id)
            || id.Scheme != "https" || !id.IsDefaultPort || text != id.AbsoluteUri
            || (id.Query.Length > 0 && !type.EndsWith("Page", StringComparison.Ordinal)))
            broken.Add($"id of {type} is not https without port and query");
    }

    private static void CheckPost(JsonElement post, string type, List<string> broken)
    {
        if (type == "Note" && post.TryGetProperty("name", out _))
            broken.Add("name of Note");
        if (Text(post, "omp:kind") == "question" && post.TryGetProperty("inReplyTo", out _))
            broken.Add("inReplyTo of question");
        if (Text(post, "omp:title") is { Length: > 150 })
            broken.Add("title is too long");
        foreach (var list in lists)
        {
            if (!post.TryGetProperty(list, out _) && list is "to" or "cc" or "attachment")
                broken.Add($"{list} of {type} is missing");
        }
        string?[] addressees = [.. Items(post, "to"), .. Items(post, "cc")];
        if (!addressees.Contains(PublicAudience.Id))
            broken.Add("not public");
        if (Text(post, "audience") is { } group && Items(post, "to").FirstOrDefault() != group)
            broken.Add("to does not begin with the Group");
        if (Text(post, "published") is { } published && Text(post, "updated") is { } updated
            && string.CompareOrdinal(updated, published) < 0)
            broken.Add("updated is before published");
        if (Text(post, "mediaType") is not (null or "text/html"))
            broken.Add("mediaType is not text/html");
        CheckAttachments(post, broken);
    }

    private static void CheckAttachments(JsonElement post, List<string> broken)
    {
        if (!post.TryGetProperty("attachment", out var attachments) || attachments.ValueKind != JsonValueKind.Array)
            return;
        foreach (var attachment in attachments.EnumerateArray())
        {
            var address = Text(attachment, "type") switch
            {
                "Link" => Text(attachment, "href"),
                "Image" or "Document" => Text(attachment, "url"),
                _ => null,
            };
            if (address is null)
                broken.Add("attachment is none of Link(href), Image(url), Document(url)");
        }
    }

    private static IEnumerable<string?> Items(JsonElement value, string name) =>
        value.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => item.GetString())
            : [];

    private static string? Host(JsonElement value, string name) =>
        Uri.TryCreate(Text(value, name), UriKind.Absolute, out var id) ? id.Host : null;

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
