using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Questions;

/// <summary>Asks a question.</summary>
internal sealed class AskQuestion(
    Database database, TopicStore topics, QuestionPublishing publishing, NodeAddresses addresses, ServerOptions options)
{
    /// <summary>What was typed.</summary>
    /// <param name="Title">The question in one sentence.</param>
    /// <param name="Body">More about it, Markdown; may be empty.</param>
    /// <param name="Topic">Number of the topic.</param>
    /// <param name="Audience">Who may see it.</param>
    /// <param name="Language">BCP 47 tag; null follows the node.</param>
    public sealed record Form(
        string? Title, string? Body, ActorId? Topic, Audience Audience = Audience.Everyone, string? Language = null);

    public async Task<Outcome<Question>> ExecuteAsync(
        Form form, Caller caller, CancellationToken cancellationToken, DateTimeOffset? askedAt = null)
    {
        var topic = form.Topic is { } id ? await topics.FindAsync(id, cancellationToken) : null;
        if (QuestionRules.MayAsk(caller, topic, form.Title, form.Body, form.Audience) is { } refusal)
        {
            return refusal;
        }

        var voices = await publishing.PrepareAsync(caller.Account!.ActorId, topic!.Id, cancellationToken);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                var moment = askedAt ?? writing.Now;
                var number = new QuestionId(askedAt is null ? writing.Ids.Next() : IdSource.At(moment));
                var body = form.Body?.Trim() ?? "";
                var question = new Question
                {
                    Id = number,
                    Uri = addresses.Question(number),
                    Url = addresses.Question(number),
                    ContextUri = addresses.Context(number),
                    TopicId = topic.Id,
                    AuthorId = caller.Account.ActorId,
                    IsLocal = true,
                    Audience = form.Audience,
                    OrganisationId = form.Audience == Audience.Organisation ? caller.Organisations[0].Id : null,
                    Title = SafeHtml.OneLine(form.Title, QuestionRules.MaxTitle),
                    BodySource = body,
                    BodyHtml = body.Length == 0 ? "" : SafeHtml.FromMarkdown(body),
                    Language = form.Language ?? options.Language,
                    PublishedAt = moment,
                    UpdatedAt = moment,
                };
                QuestionStore.Add(writing, question);
                QuestionStore.Follow(writing, number, question.AuthorId, on: true);
                foreach (var follower in FollowStore.ListLocalFollowers(writing, topic.Id))
                {
                    if (follower != question.AuthorId)
                    {
                        NoticeStore.Add(writing, follower, NoticeKind.Asked, number, null, question.AuthorId);
                    }
                }

                publishing.Created(writing, voices, question);
                return question;
            }, cancellationToken);
    }
}
