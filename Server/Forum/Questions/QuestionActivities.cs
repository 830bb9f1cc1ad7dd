using System.Net;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>A question in terms of other servers (CONTRACT.md §4.3).</summary>
internal static class QuestionActivities
{
    private const int MaxSummary = 500;

    /// <summary>
    /// The question as a Note: its text begins with the title, so that everybody shows both (CONTRACT.md D1).
    /// </summary>
    public static NoteDocument Document(
        Question question, PostAddressing addressing, IReadOnlyList<TagDocument> tags, string? acceptedAnswer)
    {
        var content = $"<p><strong>{WebUtility.HtmlEncode(question.Title)}</strong></p>{question.BodyHtml}";
        return new NoteDocument
        {
            Id = question.Uri,
            AttributedTo = addressing.Author.Uri,
            Content = content,
            Source = question.BodySource is { Length: > 0 } source ? new SourceText(source) : null,
            ContentMap = new Dictionary<string, string> { [question.Language] = content },
            Language = PostAddressing.Language(question.Language),
            To = addressing.To,
            Cc = addressing.Cc,
            Audience = addressing.Topic.Uri,
            Thread = question.ContextUri,
            Replies = question.Uri + "/replies",
            Likes = question.Uri + "/likes",
            Shares = question.Uri + "/shares",
            Url = question.Url,
            Published = question.PublishedAt,
            Updated = question.UpdatedAt > question.PublishedAt ? question.UpdatedAt : null,
            Tag = tags,
            Sensitive = false,
            Kind = "question",
            Title = question.Title,
            AcceptedAnswer = acceptedAnswer,
            Revision = question.Revision,
            Revisions = question.Uri + "/revisions",
        };
    }

    /// <summary>
    /// The question as an Article: title apart, for forums. The summary is all that Mastodon shows of it, and the
    /// preview what others may show in its place (FEP-b2b8).
    /// </summary>
    public static ArticleDocument Article(NoteDocument note, Question question) => new()
    {
        Id = note.Id,
        Name = question.Title,
        Summary = Summary(question),
        Preview = new NoteDocument
        {
            Id = note.Id + "#preview",
            AttributedTo = note.AttributedTo,
            Content = note.Content,
            To = note.To,
            Cc = note.Cc,
            Published = note.Published,
            Kind = note.Kind,
        },
        AttributedTo = note.AttributedTo,
        Content = question.BodyHtml.Length > 0 ? question.BodyHtml : note.Content,
        Source = note.Source,
        ContentMap = new Dictionary<string, string>
        {
            [question.Language] = question.BodyHtml.Length > 0 ? question.BodyHtml : note.Content,
        },
        Language = note.Language,
        To = note.To,
        Cc = note.Cc,
        Audience = note.Audience,
        Thread = note.Thread,
        Replies = note.Replies,
        Likes = note.Likes,
        Shares = note.Shares,
        Url = note.Url,
        Published = note.Published,
        Updated = note.Updated,
        Attachment = note.Attachment,
        Tag = note.Tag,
        Sensitive = note.Sensitive,
        Kind = note.Kind,
        Title = note.Title,
        AcceptedAnswer = note.AcceptedAnswer,
        Revision = note.Revision,
        Revisions = note.Revisions,
    };

    // The whole text when it is short, else its first sentences.
    private static string? Summary(Question question)
    {
        var text = PlainText.Of(question.BodyHtml).Trim();
        if (text.Length <= MaxSummary)
        {
            return text.Length > 0 ? text : null;
        }

        var end = text.LastIndexOfAny(['.', '?', '!'], MaxSummary - 1);
        return end > 0 ? text[..(end + 1)] : text[..(MaxSummary - 1)] + "…";
    }
}
