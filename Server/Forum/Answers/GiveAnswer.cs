using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>Gives an answer, or comments on one.</summary>
internal sealed class GiveAnswer(
    OncePosted once, QuestionStore questions, AnswerStore answers, AnswerPublishing publishing,
    AnswerNotices notices, NodeAddresses addresses, TimeProvider clock)
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
    /// <param name="Key">Of the form it came in; see <see cref="SentForm"/>.</param>
    public sealed record Form(
        QuestionId Question, string? Body, AnswerId? Parent = null, string? Source = null, ActorId? OnBehalfOf = null,
        OfficialFacts? Official = null, AnswerId? Supersedes = null, bool Follow = false, Reach? Reach = null,
        string? Key = null);

    public async Task<Outcome<Answer>> ExecuteAsync(
        Form form, Caller caller, CancellationToken cancellationToken, DateTimeOffset? givenAt = null)
    {
        var sent = SentForm.Of(
            form.Key, caller, "answer", form.Question.ToString(), form.Body, form.Parent?.ToString(), form.Source,
            form.OnBehalfOf?.ToString(), form.Official?.ToString(), form.Supersedes?.ToString(), form.Reach?.Text);
        if (await once.FindAsync(sent, FindAsync, cancellationToken) is { } earlier)
        {
            return earlier;
        }

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

        if (organisation is not null && parent is null)
        {
            var today = Times.Day(givenAt ?? clock.GetUtcNow());
            form = form with { Official = (form.Official ?? new OfficialFacts()).From(today) };
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
        return await once.PostAsync<Answer>(
            sent, givenAt is null ? Act.Reply : null, caller,
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
            },
            answer => answer.Id.Value, FindAsync, cancellationToken);

        Task<Answer?> FindAsync(long number, CancellationToken cancel) =>
            answers.FindAsync(new AnswerId(number), caller.Viewer, cancel);
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
            ValidFrom = isOfficial ? TypedDay.Noon(form.Official?.ValidFrom) : null,
            ValidUntil = isOfficial ? TypedDay.Noon(form.Official?.ValidUntil) : null,
            ReviewBefore = isOfficial ? TypedDay.Noon(form.Official?.ReviewBefore) : null,
            ReviewedAt = isOfficial ? moment : null,
            ReviewedBy = isOfficial ? SafeHtml.OneLine(form.Official?.ReviewedBy, 100) : null,
            PublishedAt = moment,
            UpdatedAt = moment,
        };
    }
}
