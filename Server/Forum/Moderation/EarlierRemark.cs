using System.Net;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Moderation;

/// <summary>What the change needs, loaded before it.</summary>
/// <param name="Moderator">Who says so, with what it needs to tell others.</param>
/// <param name="Former">The remark that stands there now, or null.</param>
/// <param name="FormerVoices">Its author, who takes it back.</param>
internal sealed record RemarkVoices(AnswerVoices Moderator, Answer? Former, AnswerVoices? FormerVoices);

/// <summary>
/// Under a question that was asked before, a comment with the way to the first one, for servers that know no state of
/// threads (CONTRACT.md §4.6). Pages here show the state itself and leave it out.
/// </summary>
internal sealed class EarlierRemark(
    AnswerStore answers, AnswerPublishing publishing, NodeAddresses addresses, ServerOptions options)
{
    private const int MostReplies = 1_000;

    /// <summary>Loads the voices; null where nobody outside hears of the question.</summary>
    public async Task<RemarkVoices?> PrepareAsync(
        ActorId moderator, Question question, CancellationToken cancellationToken)
    {
        if (question.Audience != Audience.Everyone)
        {
            return null;
        }

        var replies = await answers.ListAsync(question.Id, Viewer.Anyone, 0, MostReplies, cancellationToken);
        var former = replies.FirstOrDefault(
            reply => reply is { IsLocal: true, ParentId: null, Kind: AnswerKind.Comment, DeletedAt: null });
        return new RemarkVoices(
            await publishing.PrepareAsync(moderator, question, null, cancellationToken), former,
            former is null
                ? null
                : await publishing.PrepareAsync(former.AuthorId, question, null, cancellationToken));
    }

    /// <summary>Says it, before the question is closed: after that others take nothing in.</summary>
    public void Add(Writing writing, RemarkVoices voices, Question question, Question earlier)
    {
        Remove(writing, voices, question);
        var number = new AnswerId(writing.Ids.Next());
        var author = voices.Moderator.Author.Actor;
        var text = Texts.For(options.Language, options.FormOfAddress)["question.duplicate"];
        var remark = new Answer
        {
            Id = number,
            Uri = addresses.Answer(number),
            Url = addresses.Question(question.Id),
            QuestionId = question.Id,
            ParentUri = question.Uri,
            AuthorId = author.Id,
            AuthorUri = author.Uri,
            AuthorName = author.DisplayName,
            IsLocal = true,
            Kind = AnswerKind.Comment,
            Audience = Audience.Everyone,
            BodyHtml = $"<p>{WebUtility.HtmlEncode(text)} <a href=\"{WebUtility.HtmlEncode(earlier.Url)}\">"
                + $"{WebUtility.HtmlEncode(earlier.Title)}</a></p>",
            Language = options.Language,
            PublishedAt = writing.Now,
            UpdatedAt = writing.Now,
        };
        AnswerStore.Add(writing, remark);
        publishing.Created(writing, voices.Moderator, remark, question);
    }

    /// <summary>Takes it back, where it stands.</summary>
    public void Remove(Writing writing, RemarkVoices voices, Question question)
    {
        if (voices is not { Former: { } former, FormerVoices: { } author })
        {
            return;
        }

        AnswerStore.Delete(writing, former);
        TombstoneStore.Add(writing, former.Uri, "Note");
        publishing.Deleted(writing, author, former, question);
    }
}
