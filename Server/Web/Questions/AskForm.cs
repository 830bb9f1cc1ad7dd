using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>The form that asks a question.</summary>
internal static class AskForm
{
    /// <summary>GET /stel-een-vraag.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, string? title, string? topic, Pages pages, TopicStore topics,
        QuestionSearch search)
    {
        var typed = SafeHtml.OneLine(title, QuestionRules.MaxTitle);
        return await pages.ShowAsync<AskQuestionPage, AskQuestionModel>(http, new AskQuestionModel(
            await ChoicesAsync(topics, http.RequestAborted))
        {
            Title = typed,
            Topic = topic ?? "",
            Organisations = StoredViews.Organisations(caller),
            Similar = await SimilarAsync(search, typed, caller, http.RequestAborted),
        });
    }

    /// <summary>POST /stel-een-vraag.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, AskQuestion ask, Pages pages, Failures failures, TopicStore topics,
        QuestionSearch search)
    {
        var cancel = http.RequestAborted;
        var form = await Posted.ReadAsync(http);
        var topic = await TopicAddress.FindAsync(topics, form["topic"], cancel);
        var reach = Reach.Parse(form[Reach.Field]);
        var outcome = reach is { } to
            ? await ask.ExecuteAsync(
                new AskQuestion.Form(
                    form["title"], form["body"], topic?.Id, to.Audience, Follow: form.IsOn("notify"),
                    Organisation: to.Organisation, Key: form.Key),
                caller, cancel)
            : QuestionRules.MayAsk(caller, topic, form["title"], form["body"], reach)!;
        if (outcome.IsDone(out var question, out var refusal))
        {
            Notices.Add(http, "ask.done");
            return new SeeOther(Paths.Question(question.Id.Value));
        }

        if (!refusal.KeepsForm)
        {
            return await failures.ShowAsync(http, refusal);
        }

        return await pages.ShowAsync<AskQuestionPage, AskQuestionModel>(
            http,
            new AskQuestionModel(await ChoicesAsync(topics, cancel))
            {
                Errors = Failures.Errors(await pages.TextsAsync(http), refusal),
                Title = form["title"],
                Body = form["body"],
                Topic = form["topic"],
                Audience = form[Reach.Field],
                Organisations = StoredViews.Organisations(caller),
                Notify = form.IsOn("notify"),
                Similar = await SimilarAsync(search, form["title"], caller, cancel),
            },
            Failures.Status(http, refusal), path: Paths.Ask);
    }

    private static async Task<IReadOnlyList<Choice>> ChoicesAsync(TopicStore topics, CancellationToken cancel) =>
    [
        .. (await topics.ListAsync(cancel)).Select(topic => new Choice(
            StoredViews.Slug(topic), topic.Host is null ? topic.Name : $"{topic.Name} ({topic.Host})")),
    ];

    private static async Task<IReadOnlyList<LinkItem>> SimilarAsync(
        QuestionSearch search, string title, Caller caller, CancellationToken cancel) =>
    [
        .. (await search.FindAsync(title, caller.Viewer, 4, cancel))
            .Select(row => new LinkItem(Paths.Question(row.Id.Value), row.Title)),
    ];
}
