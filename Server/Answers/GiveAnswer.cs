using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>Gives an answer, or comments on one.</summary>
internal sealed class GiveAnswer(
    Database database, QuestionStore questions, AnswerStore answers, AnswerPublishing publishing,
    AnswerNotices notices, NodeAddresses addresses)
{
    /// <summary>What was typed.</summary>
    /// <param name="Question">The question.</param>
    /// <param name="Body">The text, Markdown.</param>
    /// <param name="Parent">For a comment: what it replies to.</param>
    /// <param name="Source">Where this was found: a web address, or nothing.</param>
    /// <param name="OnBehalfOf">An organisation that the caller acts for; its answers are official here.</param>
    /// <param name="Official">Official: what it says besides its text.</param>
    /// <param name="Supersedes">Official: an earlier one of the same organisation that it replaces.</param>
    /// <param name="Follow">Wants to hear of further answers.</param>
    /// <param name="Reach">Who may see it; null for all who see what it stands under.</param>
    public sealed record Form(
        QuestionId Question, string? Body, AnswerId? Parent = null, string? Source = null, ActorId? OnBehalfOf = null,
        OfficialFacts? Official = null, AnswerId? Supersedes = null, bool Follow = false, Reach? Reach = null);

    public async Task<Outcome<Answer>> ExecuteAsync(
        Form form, Caller caller, CancellationToken cancellationToken, DateTimeOffset? givenAt = null)
    {
        var question = await questions.FindAsync(form.Question, caller.Viewer, cancellationToken);
        var parent = form.Parent is { } id ? await answers.FindAsync(id, caller.Viewer, cancellationToken) : null;
        if (question is null || (form.Parent is not null && parent?.QuestionId != question.Id))
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var organisation = caller.Organisations.FirstOrDefault(o => o.Id == form.OnBehalfOf);
        if (form.OnBehalfOf is not null && organisation is null)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        var reach = form.Reach ?? AnswerRules.Within(question, parent);
        var former = form.Supersedes is { } replaced
            ? await answers.FindAsync(replaced, caller.Viewer, cancellationToken)
            : null;
        if ((AnswerRules.MayAnswer(
                caller, question, parent, form.Body, form.Source, organisation, reach, form.Official)
            ?? AnswerRules.MayReplace(form.Supersedes, former, question, organisation)) is { } refusal)
        {
            return refusal;
        }

        var author = organisation?.Id ?? caller.Account!.ActorId;
        var voices = await publishing.PrepareAsync(author, question, parent?.AuthorId, cancellationToken);
        return await database.WriteAsync<Outcome<Answer>>(
            writing =>
            {
                var answer = Shape(writing, form, question, parent, reach, voices, givenAt) with
                {
                    Supersedes = former?.Uri,
                };
                if (former is not null && publishing.Revise(
                    writing, voices, former, former with { SupersededBy = answer.Uri }, question).Refusal is { } lost)
                {
                    return lost;
                }

                AnswerStore.Add(writing, answer);
                if (form.Follow)
                {
                    QuestionStore.Follow(writing, question.Id, caller.Account!.ActorId, on: true);
                }

                notices.Add(writing, question, answer, parent, caller.Account!.ActorId);
                publishing.Created(writing, voices, answer, question);
                return answer;
            }, cancellationToken);
    }

    private Answer Shape(
        Writing writing, Form form, Question question, Answer? parent, Reach reach, AnswerVoices voices,
        DateTimeOffset? givenAt)
    {
        var author = voices.Author.Actor;
        var moment = givenAt ?? writing.Now;
        var number = new AnswerId(givenAt is null ? writing.Ids.Next() : IdSource.At(moment));
        var isOfficial = author.Kind == ActorKind.Organisation && parent is null;
        var body = ReadableText.Lines(form.Body);
        var source = AnswerRules.SourceAddress(form.Source)?.AbsoluteUri;
        return new Answer
        {
            Id = number,
            Uri = addresses.Answer(number),
            Url = $"{addresses.Question(question.Id)}#r{number}",
            QuestionId = question.Id,
            ParentId = parent?.Id,
            ParentUri = parent?.Uri ?? question.Uri,
            AuthorId = author.Id,
            AuthorUri = author.Uri,
            AuthorName = author.DisplayName,
            IsLocal = true,
            Kind = parent is not null ? AnswerKind.Comment : isOfficial ? AnswerKind.Official : AnswerKind.Answer,
            Audience = reach.Audience,
            OrganisationId = reach.Organisation,
            BodySource = body,
            BodyHtml = SafeHtml.FromMarkdown(body, addresses.Question(question.Id)),
            Language = question.Language,
            SourceUrl = source,
            SourceTitle = source is null ? null
                : SafeHtml.OneLine(form.Official?.SourceTitle, 120) is { Length: > 0 } title ? title
                : new Uri(source).Host,
            ValidFrom = isOfficial ? TypedDay.Noon(form.Official?.ValidFrom ?? Times.Day(moment)) : null,
            ValidUntil = isOfficial ? TypedDay.Noon(form.Official?.ValidUntil) : null,
            ReviewBefore = isOfficial ? TypedDay.Noon(form.Official?.ReviewBefore) : null,
            ReviewedAt = isOfficial ? moment : null,
            ReviewedBy = isOfficial ? SafeHtml.OneLine(form.Official?.ReviewedBy, 100) : null,
            PublishedAt = moment,
            UpdatedAt = moment,
        };
    }
}
