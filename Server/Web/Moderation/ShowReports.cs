using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;

namespace Ontmoetingsplein.Server.Web.Moderation;

/// <summary>
/// The page with reports, and its form; <see cref="HandleReport"/> deals with one. What is reported is read on behalf
/// of the reader: who moderates a topic sees no more of what was written for an organisation than others do.
/// </summary>
internal sealed class ShowReports(
    ReportStore reports, QuestionStore questions, AnswerStore answers, ActorStore actors, OpenReports open,
    Pages pages, Failures failures)
{
    private const int PageSize = 20;
    private const int MaxExcerpt = 300;

    /// <summary>GET /meldingen.</summary>
    public static Task<IResult> ShowAsync(
        HttpContext http, Caller caller, string? toon, long? voor, ShowReports show) =>
        show.PageAsync(http, caller, toon == Paths.HandledReports, voor, null);

    /// <summary>POST /meldingen/{id}.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, long id, HandleReport handle, ShowReports show, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        ReportOutcome? outcome = Enum.GetValues<ReportOutcome>().Cast<ReportOutcome?>()
            .FirstOrDefault(one => one.ToString() == form["outcome"]);
        var done = await handle.ExecuteAsync(id, outcome, form["note"], caller, http.RequestAborted);
        switch (done.Refusal)
        {
            case null:
                Notices.Add(http, "reports.done");
                return new SeeOther(Paths.Reports);
            case { Kind: RefusalKind.Invalid } refusal:
                var errors = Failures.Errors(await show.TextsAsync(http), refusal);
                return await show.PageAsync(
                    http, caller, handled: false, id == long.MaxValue ? null : id + 1,
                    new HandlingDraft(id, form["outcome"], form["note"], errors));
            case var refusal:
                return await failures.ShowAsync(http, refusal);
        }
    }

    private ValueTask<Texts> TextsAsync(HttpContext http) => pages.TextsAsync(http);

    private async Task<IResult> PageAsync(
        HttpContext http, Caller caller, bool handled, long? before, HandlingDraft? draft)
    {
        if (await open.ScopeAsync(caller, http.RequestAborted) is not { } scope)
        {
            return await failures.ShowAsync(
                http,
                caller.Account is null
                    ? new Refusal(RefusalKind.SignInNeeded, "problem.403visitor")
                    : new Refusal(RefusalKind.Forbidden, "problem.403text"));
        }

        var page = await reports.ListAsync(scope, handled, new PageRequest(before, PageSize), http.RequestAborted);
        var about = (await questions.ListAsync(
            [.. page.Items.Select(one => one.QuestionId).OfType<QuestionId>().Distinct()], caller.Viewer,
            http.RequestAborted)).ToDictionary(question => question.Id);
        var views = new List<ReportView>();
        foreach (var report in page.Items)
        {
            views.Add(await ViewAsync(report, about, caller, http.RequestAborted));
        }

        var path = handled ? $"{Paths.Reports}?toon={Paths.HandledReports}" : Paths.Reports;
        return await pages.ShowAsync<ReportsPage, ReportsModel>(
            http,
            new ReportsModel(handled, views, ListQuestions.Pager(path, before, page.Next)) { Draft = draft },
            draft is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, path: path);
    }

    private async Task<ReportView> ViewAsync(
        Report report, Dictionary<QuestionId, Question> about, Caller caller, CancellationToken cancellationToken)
    {
        var question = report.QuestionId is { } id ? about.GetValueOrDefault(id) : null;
        var answer = report.AnswerId is { } reply
            ? await answers.FindAsync(reply, caller.Viewer, cancellationToken)
            : null;
        var person = report.QuestionId is null
            ? await actors.FindByUriAsync(report.ObjectUri, cancellationToken)
            : null;
        var isSeen = report.AnswerId is null ? question is not null || person is not null
            : question is not null && answer is not null;
        return new ReportView(
            report.Id,
            report.QuestionId is null ? ReportedThing.Person
                : report.AnswerId is null ? ReportedThing.Question
                : answer?.Kind == AnswerKind.Comment ? ReportedThing.Comment : ReportedThing.Answer,
            SafeHtml.OneLine(report.Reason, ReportStore.MaxReason), report.CreatedAt)
        {
            Reporter = report.ReporterHost.Length > 0
                ? null
                : new LinkItem(
                    Paths.Person(report.ReporterHandle), SafeHtml.OneLine(report.ReporterName, MaxExcerpt)),
            Host = report.ReporterHost.Length > 0 ? report.ReporterHost : null,
            Post = !isSeen ? null
                : person is not null
                    ? new LinkItem(PageOf(person), SafeHtml.OneLine(person.DisplayName, MaxExcerpt))
                : new LinkItem(
                    answer is null
                        ? Paths.Question(question!.Id.Value)
                        : Paths.Reply(question!.Id.Value, answer.Id.Value),
                    SafeHtml.OneLine(question.Title, MaxExcerpt)),
            Excerpt = isSeen
                ? SafeHtml.OneLine(PlainText.Of((answer?.BodyHtml ?? question?.BodyHtml) ?? ""), MaxExcerpt)
                : "",
            Gone = (question?.DeletedAt ?? answer?.DeletedAt ?? person?.DeletedAt) is not null,
            Outcome = report.Outcome,
            HandledAt = report.HandledAt,
            HandledBy = report.HandledByName is { } by ? SafeHtml.OneLine(by, MaxExcerpt) : null,
            Note = SafeHtml.OneLine(report.Note, ReportStore.MaxReason),
        };
    }

    // Here when it is of here, else where it is.
    private static string PageOf(Actor actor) => actor switch
    {
        { Host: not null } => StoredViews.Web(actor.Url ?? actor.Uri)?.AbsoluteUri ?? Paths.Reports,
        { Kind: ActorKind.Group } => Paths.Topic(actor.Name),
        _ => Paths.Person(actor.Name),
    };
}
