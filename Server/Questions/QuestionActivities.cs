using System.Net;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Server.Outbound;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Questions;

/// <summary>A question in terms of other servers (federation.md §4.3).</summary>
internal static class QuestionActivities
{
    /// <summary>The question as a Note: its text begins with the title, so that everybody shows both (D1).</summary>
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
        };
    }

    /// <summary>Says which answer helped (federation.md D4, PieFed).</summary>
    public static ChooseAnswerActivity Choose(string id, PostAddressing addressing, string answerUri) => new()
    {
        Id = id,
        Actor = addressing.Author.Uri,
        To = [PublicAudience.Id],
        Cc = [addressing.Topic.Uri],
        Audience = addressing.Topic.Uri,
        Object = answerUri,
    };

    /// <summary>Takes that back.</summary>
    public static UndoActivity Unchoose(string id, PostAddressing addressing, string answerUri) => new()
    {
        Context = Contexts.ChooseAnswer,
        Id = id,
        Actor = addressing.Author.Uri,
        To = [PublicAudience.Id],
        Cc = [addressing.Topic.Uri],
        Audience = addressing.Topic.Uri,
        Object = Choose(id + "#choose", addressing, answerUri),
    };
}
