using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// An answer or comment given elsewhere: a direct reply is an answer, a deeper one a comment (CONTRACT.md §4.2).
/// </summary>
internal sealed class ReceiveAnswer(
    Database database, ThreadFinder threads, Moderators moderators, JudgeStatement judge, PassOn passOn,
    AnswerNotices notices, NodeAddresses addresses, ServerOptions options, TimeProvider clock)
{
    /// <summary>Takes the reply in, when what it replies to is known.</summary>
    public async Task<HandlingOutcome> ExecuteAsync(
        Incoming incoming, AsObject thing, ThreadPlace place, CancellationToken cancellationToken)
    {
        var (question, parent) = place;
        if (!thing.IsPublic)
        {
            return HandlingOutcome.Refused("It is not public.");
        }

        if (ThreadRules.MayReply(Party.Of(incoming.Sender), question, parent) is { } refusal)
        {
            return refusal.ToOutcome();
        }

        if (RemotePost.ReadAnswer(thing, options.Language, clock.GetUtcNow()) is not { } post)
        {
            return HandlingOutcome.Ignored("It has no text.");
        }

        // A moderator's remark stands beside the answers (CONTRACT.md §4.6); whatever others call it, a direct reply
        // is an answer.
        var isComment = parent is not null
            || (thing.Kind == "comment" && await moderators.IsOneAsync(incoming.Sender, question, cancellationToken));
        var former = await threads.FindAsync(post.Id, cancellationToken) is { Answer: { DeletedAt: not null } gone }
            ? gone
            : null;
        var number = former?.Id ?? new AnswerId(
            IdSource.At(post.Published < question.PublishedAt ? clock.GetUtcNow() : post.Published));
        var answer = new Answer
        {
            Id = number,
            Uri = post.Id,
            Url = post.Url,
            QuestionId = question.Id,
            ParentId = parent?.Id,
            AuthorId = incoming.Sender.Id,
            IsLocal = false,
            Kind = isComment ? AnswerKind.Comment : AnswerKind.Answer,
            Audience = Audience.Everyone,
            BodySource = post.BodySource,
            BodyHtml = post.BodyHtml,
            Language = post.Language,
            SourceUrl = post.SourceUrl,
            SourceTitle = post.SourceTitle,
            PublishedAt = post.Published,
            UpdatedAt = post.Updated,
        };
        // Whether it is official decides this node, by proofs, not by what a peer says (CONTRACT.md §8).
        var verdict = isComment ? null : await judge.ExecuteAsync(thing, incoming.Sender, null, cancellationToken);
        answer = verdict?.Apply(answer) ?? answer;
        var speaker = await passOn.PrepareAsync(incoming, question, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                if (TombstoneStore.Has(writing, post.Id, question.TopicId))
                {
                    return HandlingOutcome.Ignored("It was deleted before.");
                }

                if (!(former is null ? AnswerStore.Add(writing, answer) : AnswerStore.Readmit(writing, answer)))
                {
                    return HandlingOutcome.Ignored("It is known.");
                }

                if (verdict is not null)
                {
                    StatementStore.Put(writing, verdict.Keep(answer, null, writing.Now));
                }

                notices.Add(writing, question, answer with { AuthorName = incoming.Sender.DisplayName }, parent);
                passOn.Finish(
                    writing, incoming, question, answer.Uri, speaker, isNew: answer.Kind == AnswerKind.Official);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    /// <summary>What a reply replies to, when it is known here.</summary>
    public async Task<ThreadPlace?> PlaceAsync(AsObject thing, CancellationToken cancellationToken) =>
        thing.InReplyToId is { } uri
            ? await threads.FindAsync(uri, cancellationToken) ?? await ByAnchorAsync(uri, cancellationToken)
            : null;

    // Some servers reply to the page (/q/1#r2) instead of the id.
    private async Task<ThreadPlace?> ByAnchorAsync(string uri, CancellationToken cancellationToken)
    {
        var hash = uri.LastIndexOf("#r", StringComparison.Ordinal);
        return hash > 0 && addresses.IsOwn(uri) && long.TryParse(uri.AsSpan(hash + 2), out var number)
            ? await threads.FindAsync(addresses.Answer(new AnswerId(number)), cancellationToken)
            : null;
    }
}
