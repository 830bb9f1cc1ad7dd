using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Server.Outbound;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>An answer or comment in terms of other servers (federation.md §4.4, §4.5).</summary>
internal static class AnswerActivities
{
    /// <summary>
    /// The answer as a Note. Source and dates stand in the text too: other servers show nothing else.
    /// </summary>
    public static NoteDocument Document(
        Answer answer, string contextUri, bool isAccepted, PostAddressing addressing, IReadOnlyList<TagDocument> tags)
    {
        var content = answer.BodyHtml + Facts(answer);
        return new NoteDocument
        {
            Id = answer.Uri,
            AttributedTo = addressing.Author.Uri,
            InReplyTo = answer.ParentUri,
            Thread = contextUri,
            Content = content,
            Source = answer.BodySource is { Length: > 0 } source ? new SourceText(source) : null,
            ContentMap = new Dictionary<string, string> { [answer.Language] = content },
            Language = PostAddressing.Language(answer.Language),
            To = addressing.To,
            Cc = addressing.Cc,
            Audience = addressing.Topic.Uri,
            Replies = answer.Uri + "/replies",
            Likes = answer.Uri + "/likes",
            Shares = answer.Uri + "/shares",
            Url = answer.Url,
            Published = answer.PublishedAt,
            Updated = answer.UpdatedAt > answer.PublishedAt ? answer.UpdatedAt : null,
            Attachment = answer.SourceUrl is { } url ? [new LinkDocument(url, "text/html")] : [],
            Tag = tags,
            Kind = answer.Kind switch
            {
                AnswerKind.Official => "officialAnswer",
                AnswerKind.Comment => "comment",
                _ => "answer",
            },
            Answer = answer.Kind == AnswerKind.Comment ? null : isAccepted,
            Distinguished = answer.Kind == AnswerKind.Official ? true : null,
            Revision = answer.Revision,
            PreviousRevision = answer.PreviousRevision,
            Revisions = answer.Uri + "/revisions",
            Official = Official(answer),
        };
    }

    private static OfficialStatement? Official(Answer answer) => answer.Kind != AnswerKind.Official
        ? null
        : new OfficialStatement
        {
            Issuer = answer.AuthorUri,
            ValidFrom = DateOnly.FromDateTime((answer.ReviewedAt ?? answer.PublishedAt).UtcDateTime),
            ValidUntil = answer.ValidUntil is { } until ? DateOnly.FromDateTime(until.UtcDateTime) : null,
            Source = answer.SourceUrl is { } url
                ? [new LinkDocument(url, null, answer.SourceTitle) { Retrieved = answer.ReviewedAt }]
                : [],
        };

    private static string Facts(Answer answer)
    {
        if (answer.SourceUrl is not { } url)
        {
            return "";
        }

        var name = System.Net.WebUtility.HtmlEncode(answer.SourceTitle ?? url);
        return $"<p>Bron: <a href=\"{System.Net.WebUtility.HtmlEncode(url)}\">{name}</a></p>";
    }
}
