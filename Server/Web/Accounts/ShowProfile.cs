using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>The public page of a person or organisation of this node.</summary>
internal sealed class ShowProfile(
    ActorStore actors, QuestionStore questions, AnswerStore answers, OtherAccountStore others, StoredViews views,
    NodeAddresses addresses, Pages pages, Failures failures)
{
    private const int Most = 10;
    private const int ExcerptLength = 160;

    /// <summary>GET /p/{name}.</summary>
    public async Task<IResult> ShowAsync(HttpContext http, Caller caller, string name)
    {
        var cancel = http.RequestAborted;
        var actor = await actors.FindLocalAsync(name, cancel);
        if (actor is not { Kind: ActorKind.Person or ActorKind.Organisation, DeletedAt: null })
        {
            return await failures.ShowAsync(
                http,
                actor?.DeletedAt is not null
                    ? new Refusal(RefusalKind.Gone, "problem.410text")
                    : new Refusal(RefusalKind.NotFound, "problem.404text"));
        }

        var asked = await questions.ListAsync(
            new QuestionFilter(Author: actor.Id), caller.Viewer, PageRequest.Newest(Most), cancel);
        var given = await answers.ListByAuthorAsync(
            actor.Id, caller.Viewer, PageRequest.Newest(Most), cancellationToken: cancel);
        await views.ReadyAsync(cancel);
        return await pages.ShowToAllAsync<ProfilePage, ProfileModel>(
            http,
            new ProfileModel(views.Person(actor, ground: null), new MarkupString(actor.SummaryHtml))
            {
                Handle = addresses.Handle(actor.Name, null),
                Since = actor.CreatedAt,
                Questions = views.Rows(asked.Items),
                Answers = await AnswersAsync(given.Items, caller, cancel),
                Alternate = Federation.CanonicalAuthority.Stored(actor.Uri),
                MovedTo = (await others.ListAsync(actor.Id, cancel)).FirstOrDefault(one => one.MovedAt is not null)
                    is { } moved
                    ? new LinkItem(moved.Uri, moved.Handle)
                    : null,
                IsReader = caller.Account?.ActorId == actor.Id,
            },
            "questions", "actors");
    }

    private async Task<IReadOnlyList<ProfileAnswer>> AnswersAsync(
        IReadOnlyList<Answer> given, Caller caller, CancellationToken cancellationToken)
    {
        var known = (await questions.ListAsync(
            [.. given.Select(answer => answer.QuestionId).Distinct()], caller.Viewer, cancellationToken))
            .Where(question => question.DeletedAt is null).ToDictionary(question => question.Id);
        return
        [
            .. given.Where(answer => known.ContainsKey(answer.QuestionId)).Select(answer => new ProfileAnswer(
                answer.Id.Value, answer.QuestionId.Value, known[answer.QuestionId].Title, Excerpt(answer.BodyHtml),
                answer.PublishedAt)
            {
                Accepted = known[answer.QuestionId].AcceptedAnswerId == answer.Id,
                Helpful = answer.HelpfulCount,
            }),
        ];
    }

    private static string Excerpt(string html)
    {
        var text = SafeHtml.OneLine(PlainText.Of(html), 2_000);
        if (text.Length <= ExcerptLength)
        {
            return text;
        }

        var space = text.LastIndexOf(' ', ExcerptLength);
        return text[..(space > 0 ? space : ExcerptLength)] + " …";
    }
}
