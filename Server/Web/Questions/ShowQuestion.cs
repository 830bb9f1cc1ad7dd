using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Storage.Votes;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>What was typed below a question and could not be accepted.</summary>
/// <param name="Answer">The answer form, or null.</param>
/// <param name="CommentOn">The answer that a comment was for, or null.</param>
/// <param name="Comment">That comment.</param>
/// <param name="Report">A report of the question, or null.</param>
/// <param name="ReportOn">The answer that the report is of instead, or null.</param>
/// <param name="Decision">What a moderator typed.</param>
internal sealed record RefusedDraft(
    AnswerForm? Answer = null, AnswerId? CommentOn = null, TextDraft? Comment = null, TextDraft? Report = null,
    AnswerId? ReportOn = null, DecisionDraft? Decision = null)
{
    /// <summary>Of the answer that shows it again.</summary>
    public int Status { get; init; } = StatusCodes.Status400BadRequest;
}

/// <summary>A question with its answers.</summary>
internal sealed class ShowQuestion(
    QuestionStore questions, AnswerStore answers, ActorStore actors, TopicStore topics, VoteStore votes,
    RecognitionStore recognitions, QuestionSearch search, Moderators moderators, StoredViews views,
    NodeAddresses addresses, OpenedThreads opened, Pages pages, Failures failures)
{
    private const int MostReplies = 1_000;
    private const int MostSimilar = 4;

    /// <summary>GET /q/{id}.</summary>
    public async Task<IResult> ShowAsync(HttpContext http, Caller caller, QuestionId id, RefusedDraft? draft = null)
    {
        var cancel = http.RequestAborted;
        var question = await questions.FindAsync(id, caller.Viewer, cancel);
        if (question is null or { DeletedAt: not null })
        {
            return await failures.ShowAsync(
                http,
                question is null
                    ? new Refusal(RefusalKind.NotFound, "problem.404text")
                    : new Refusal(RefusalKind.Gone, "problem.410text"));
        }

        await views.ReadyAsync(cancel);
        var replies = await answers.ListAsync(id, caller.Viewer, 0, MostReplies, cancel);
        if (!question.IsLocal || replies.Any(reply => reply.CheckedAt is not null))
        {
            opened.Add(id);
        }

        var known = (await actors.ListAsync(
            new[] { question.AuthorId, question.TopicId, question.OrganisationId ?? question.TopicId }.Distinct(),
            cancel)).ToDictionary(a => a.Id);
        var similar = (await search.FindSimilarAsync(question.Title, caller.Viewer, MostSimilar + 1, cancel))
            .Where(row => row.Id != id).Take(MostSimilar).ToList();
        var model = await ModelAsync(http, caller, question, known, replies, draft) with
        {
            Similar = [.. similar.Select(row => new LinkItem(Paths.Question(row.Id.Value), row.Title))],
        };
        if (draft is not null)
        {
            return await pages.ShowAsync<QuestionPage, QuestionModel>(
                http, model, draft.Status, path: Paths.Question(id.Value));
        }

        return await pages.ShowToAllAsync<QuestionPage, QuestionModel>(
            http, model,
            [
                $"question:{id}", "topics", "actors", .. similar.Select(row => $"question:{row.Id}"),
                .. replies.Where(reply => reply.AuthorHost is not null).Select(
                    reply => $"actor:{reply.AuthorUri}").Distinct(),
                .. known.Values.Where(actor => !actor.IsLocal).Select(actor => $"actor:{actor.Uri}"),
            ]);
    }

    /// <summary>GET /r/{id}: the answer in its question.</summary>
    public async Task<IResult> ShowAnswerAsync(HttpContext http, Caller caller, AnswerId id) =>
        await answers.FindAsync(id, caller.Viewer, http.RequestAborted) switch
        {
            null => await failures.ShowAsync(http, new Refusal(RefusalKind.NotFound, "problem.404text")),
            { DeletedAt: not null } =>
                await failures.ShowAsync(http, new Refusal(RefusalKind.Gone, "problem.410text")),
            var answer => new SeeOther(Paths.Reply(answer.QuestionId.Value, id.Value)),
        };

    private async Task<QuestionModel> ModelAsync(
        HttpContext http, Caller caller, Question question, Dictionary<ActorId, Actor> known,
        IReadOnlyList<Answer> replies, RefusedDraft? draft)
    {
        var asker = views.Person(
            known[question.AuthorId],
            question.IsLocal ? null : (await recognitions.FindAsync(question.AuthorId, http.RequestAborted))?.Ground);
        var topic = await topics.FindAsync(question.TopicId, http.RequestAborted);
        var account = caller.Account?.ActorId;
        var voted = account is { } voter
            ? await votes.ListAsync(voter, [question.Id.Value, .. replies.Select(r => r.Id.Value)], http.RequestAborted)
            : new HashSet<long>();
        var moderation = await ModerationAsync(caller, question, topic, http.RequestAborted);
        var form = draft?.Answer ?? new AnswerForm
        {
            Audience = Reach.Of(question).Text,
            // Who is of an organisation mostly answers for it.
            As = caller.Organisations is [var first, ..] ? first.Id.ToString() : "",
        };
        return new QuestionModel(
            question.Id.Value, question.Title, new MarkupString(question.BodyHtml), asker, question.PublishedAt)
        {
            Edited = question.EditedAt is not null,
            Topic = topic is null ? null : new LinkItem(Paths.Topic(StoredViews.Slug(topic)), topic.Name),
            TopicHandle = topic is null ? null : addresses.Handle(topic.Slug, topic.Host),
            AlsoAsked = question.SameCount,
            AskedToo = voted.Contains(question.Id.Value),
            Following = account is { } follower
                && await questions.IsFollowedAsync(question.Id, follower, http.RequestAborted),
            May = May.With(caller, question, moderation is not null),
            Locked = question.LockedAt is not null,
            DuplicateOf = await EarlierAsync(question, http.RequestAborted),
            Moderation = moderation is null ? null : moderation with { Draft = draft?.Decision },
            Audience = question.Audience,
            OnlyFor = question.OrganisationId is { } organisation ? known.GetValueOrDefault(organisation)?.DisplayName
                : null,
            Origin = question.IsLocal || StoredViews.Web(question.Url) is not { } home
                ? null
                : new LinkItem(home.AbsoluteUri, home.Authority),
            Alternate = StoredViews.Web(question.Uri),
            Report = draft is { ReportOn: null } ? draft.Report : null,
            Draft = form with
            {
                Organisations = StoredViews.Organisations(caller),
                Replaceable =
                [
                    .. replies.Where(reply => reply is { IsLocal: true, IsStanding: true }
                            && caller.Organisations.Any(organisation => organisation.Id == reply.AuthorId))
                        .Select(reply => new Choice(
                            reply.Id.ToString(), SafeHtml.OneLine(PlainText.Of(reply.BodyHtml), 80))),
                ],
                Within = Reach.Of(question),
            },
            Answers =
            [
                .. Order(question, replies).Select(answer =>
                    views.Answer(
                        answer, question, Below(answer, replies), caller, asker.FirstName, moderation is not null,
                        uri => Find(uri, replies)) with
                    {
                        MarkedHelpful = voted.Contains(answer.Id.Value),
                        Draft = draft?.CommentOn == answer.Id ? draft.Comment : null,
                        Report = draft?.ReportOn == answer.Id ? draft.Report : null,
                    }),
            ],
        };
    }

    private async Task<ModerationView?> ModerationAsync(
        Caller caller, Question question, Topic? topic, CancellationToken cancellationToken)
    {
        if (caller.Account is null || topic is null
            || await moderators.MayAsync(caller, question, cancellationToken) is not null)
        {
            return null;
        }

        var others = topic.Host is null ? await topics.ListAsync(cancellationToken) : [];
        return new ModerationView(question.LockedAt is not null)
        {
            Pinned = question.PinnedAt is not null,
            Topics =
            [
                .. others.Where(other => other.Host is null && other.Id != topic.Id)
                    .Select(other => new Choice(other.Slug, other.Name)),
            ],
        };
    }

    // Here when it is known here, else where it is.
    private async Task<string?> EarlierAsync(Question question, CancellationToken cancellationToken) =>
        question.DuplicateOf is not { } uri ? null
        : await questions.FindByUriAsync(uri, Viewer.Anyone, cancellationToken) is { DeletedAt: null } known
            ? Paths.Question(known.Id.Value)
            : StoredViews.Web(uri)?.AbsoluteUri;

    // Official answers stand apart; of the others first the one that helped, then the most helpful, then the oldest.
    private static IEnumerable<Answer> Order(Question question, IReadOnlyList<Answer> replies) => replies
        .Where(reply => reply.ParentId is null && reply.Kind != AnswerKind.Comment)
        .OrderByDescending(reply => reply.Id == question.AcceptedAnswerId)
        .ThenByDescending(reply => reply.HelpfulCount)
        .ThenBy(reply => reply.Id.Value);

    // On this page when it stands here, else where it is.
    private static string? Find(string? uri, IReadOnlyList<Answer> replies) => uri is null
        ? null
        : replies.FirstOrDefault(reply => reply.Uri == uri) is { } here
            ? Paths.Reply(here.QuestionId.Value, here.Id.Value)
            : StoredViews.Web(uri)?.AbsoluteUri;

    // Other servers nest deeper; here a remark on a remark stands under the same answer.
    private static List<Answer> Below(Answer answer, IReadOnlyList<Answer> replies)
    {
        var thread = new HashSet<AnswerId> { answer.Id };
        var below = new List<Answer>();
        foreach (var reply in replies)
        {
            if (reply.ParentId is { } parent && thread.Contains(parent))
            {
                thread.Add(reply.Id);
                below.Add(reply);
            }
        }

        return below;
    }
}
