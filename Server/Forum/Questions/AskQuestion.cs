using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Asks a question.</summary>
internal sealed class AskQuestion(
    OncePosted once, QuestionStore questions, TopicStore topics, QuestionPublishing publishing,
    NodeAddresses addresses, ServerOptions options)
{
    /// <summary>What was typed.</summary>
    /// <param name="Title">The question in one sentence.</param>
    /// <param name="Body">More about it, Markdown; may be empty.</param>
    /// <param name="Topic">Number of the topic.</param>
    /// <param name="Audience">Who may see it.</param>
    /// <param name="Language">BCP 47 tag; null follows the node.</param>
    /// <param name="Follow">Wants to hear of answers.</param>
    /// <param name="Organisation">For <see cref="Audience.Organisation"/>: which.</param>
    /// <param name="Key">Of the form it came in; see <see cref="SentForm"/>.</param>
    public sealed record Form(
        string? Title, string? Body, ActorId? Topic, Audience Audience = Audience.Everyone, string? Language = null,
        bool Follow = true, ActorId? Organisation = null, string? Key = null);

    public async Task<Outcome<Question>> ExecuteAsync(
        Form form, Caller caller, CancellationToken cancellationToken, DateTimeOffset? askedAt = null)
    {
        var reach = new Reach(form.Audience, form.Organisation);
        var sent = SentForm.Of(form.Key, caller, "ask", form.Title, form.Body, form.Topic?.ToString(), reach.Text);
        if (await once.FindAsync(sent, FindAsync, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var topic = form.Topic is { } id ? await topics.FindAsync(id, cancellationToken) : null;
        if (QuestionRules.MayAsk(caller, topic, form.Title, form.Body, reach) is { } refusal)
        {
            return refusal;
        }

        var voices = await publishing.PrepareAsync(caller.Account!.ActorId, topic!.Id, cancellationToken);
        return await once.PostAsync<Question>(
            sent, askedAt is null ? Act.Ask : null, caller,
            writing =>
            {
                var moment = askedAt ?? writing.Now;
                var number = new QuestionId(askedAt is null ? writing.Ids.Next() : IdSource.At(moment));
                var body = ReadableText.Lines(form.Body);
                var question = new Question
                {
                    Id = number,
                    Uri = addresses.Question(number),
                    Url = addresses.Question(number),
                    ContextUri = addresses.Context(number),
                    TopicId = topic.Id,
                    AuthorId = caller.Account.ActorId,
                    IsLocal = true,
                    Audience = reach.Audience,
                    OrganisationId = reach.Organisation,
                    Title = SafeHtml.OneLine(form.Title, QuestionRules.MaxTitle),
                    BodySource = body,
                    BodyHtml = body.Length == 0 ? "" : SafeHtml.FromMarkdown(body, addresses.Question(number)),
                    Language = form.Language ?? options.Language,
                    PublishedAt = moment,
                    UpdatedAt = moment,
                };
                QuestionStore.Add(writing, question);
                if (form.Follow)
                {
                    QuestionStore.Follow(writing, number, question.AuthorId, on: true);
                }

                foreach (var follower in FollowStore.ListLocalFollowers(writing, topic.Id))
                {
                    if (follower != question.AuthorId)
                    {
                        NoticeStore.Add(writing, follower, NoticeKind.Asked, number, null, question.AuthorId);
                    }
                }

                publishing.Created(writing, voices, question);
                return question;
            },
            question => question.Id.Value, FindAsync, cancellationToken);

        Task<Question?> FindAsync(long number, CancellationToken cancel) =>
            questions.FindAsync(new QuestionId(number), caller.Viewer, cancel);
    }
}
