using System.Net;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>An answer or comment in terms of other servers (CONTRACT.md §4.4, §4.5).</summary>
internal static class AnswerActivities
{
    /// <summary>
    /// The answer as a Note. Organisation, source and dates stand in the text too: other servers show nothing else.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="contextUri">Its thread.</param>
    /// <param name="isAccepted">Whether it helped the asker.</param>
    /// <param name="addressing">Author and recipients.</param>
    /// <param name="tags">Mentions.</param>
    /// <param name="texts">Texts in the language of the answer.</param>
    /// <param name="registerId">Of an organisation: its address in a register.</param>
    public static NoteDocument Document(
        Answer answer, string contextUri, bool isAccepted, PostAddressing addressing, IReadOnlyList<TagDocument> tags,
        Texts texts, string? registerId = null)
    {
        var content = Header(answer, addressing.Author.DisplayName, texts) + answer.BodyHtml + Facts(answer, texts);
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
            // An official answer is signed: what others decide about it does not change it (CONTRACT.md §3.4).
            Answer = answer.Kind == AnswerKind.Answer ? isAccepted : null,
            Distinguished = answer.Kind == AnswerKind.Official ? true : null,
            Revision = answer.Revision,
            PreviousRevision = answer.PreviousRevision,
            Revisions = answer.Uri + "/revisions",
            Official = Official(answer, registerId),
        };
    }

    private static OfficialStatement? Official(Answer answer, string? registerId) => answer.Kind != AnswerKind.Official
        ? null
        : new OfficialStatement
        {
            Issuer = answer.AuthorUri,
            OrganisationId = registerId,
            ValidFrom = TypedDay.Of(answer.ValidFrom ?? answer.ReviewedAt ?? answer.PublishedAt),
            ValidUntil = answer.ValidUntil is { } until ? TypedDay.Of(until) : null,
            ReviewBefore = answer.ReviewBefore is { } review ? TypedDay.Of(review) : null,
            Source = answer.SourceUrl is { } url
                ? [new LinkDocument(url, null, answer.SourceTitle) { Retrieved = answer.ReviewedAt }]
                : [],
            Supersedes = answer.Supersedes,
            SupersededBy = answer.SupersededBy,
            Withdrawn = answer.WithdrawnAt is { } at ? new Withdrawal(at, answer.WithdrawnReason ?? "") : null,
        };

    private static string Header(Answer answer, string author, Texts texts)
    {
        if (answer.Kind != AnswerKind.Official)
        {
            return "";
        }

        var organisation = Names.InSentence(author, texts.Language);
        var title = Strong(texts["answer.official", ("organisation", organisation)]);
        return answer switch
        {
            { WithdrawnAt: { } at } => title + Strong(
                texts[
                    "official.withdrawnReason", ("organisation", Names.Capital(organisation, texts.Culture)),
                    ("date", Date(at, texts)), ("reason", answer.WithdrawnReason ?? "")]),
            { SupersededBy: { } newer } => title + $"<p><strong>{Encode(texts["official.superseded"])}</strong> "
                + $"<a href=\"{Encode(newer)}\">{Encode(texts["official.newer"])}</a></p>",
            _ => title,
        };
    }

    private static string Facts(Answer answer, Texts texts)
    {
        List<string> facts = [];
        if (answer is { Kind: AnswerKind.Official, ValidFrom: { } from })
        {
            facts.Add(Encode(answer.ValidUntil is { } until
                ? texts["official.sentenceUntil", ("from", Date(from, texts)), ("until", Date(until, texts))]
                : texts["official.sentenceFrom", ("from", Date(from, texts))]));
        }

        if (answer is { Kind: AnswerKind.Official, ReviewBefore: { } review })
        {
            facts.Add(Encode(texts["official.sentenceReview", ("date", Date(review, texts))]));
        }

        if (answer.SourceUrl is { } url)
        {
            facts.Add($"{Encode(texts["answer.source"])}: <a href=\"{Encode(url)}\">"
                + $"{Encode(answer.SourceTitle ?? url)}</a>");
        }

        return facts.Count == 0 ? "" : $"<p>{string.Join(' ', facts)}</p>";
    }

    private static string Strong(string text) => $"<p><strong>{Encode(text)}</strong></p>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Date(DateTimeOffset moment, Texts texts) =>
        new Times(texts, moment).Date(moment);
}
