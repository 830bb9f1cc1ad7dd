using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>All questions, newest first.</summary>
internal static class ListQuestions
{
    /// <summary>Questions on one page.</summary>
    public const int PageSize = 20;

    public static Task<IResult> AllAsync(
        HttpContext http, Caller caller, long? voor, Pages pages, StoredViews views, QuestionStore questions) =>
        ShowAsync(http, caller, voor, false, pages, views, questions);

    public static Task<IResult> UnansweredAsync(
        HttpContext http, Caller caller, long? voor, Pages pages, StoredViews views, QuestionStore questions) =>
        ShowAsync(http, caller, voor, true, pages, views, questions);

    /// <summary>Links to the newest page and to the next older one.</summary>
    /// <param name="path">Of the list, with its own query if it has one.</param>
    /// <param name="before">Where this page starts; null on the newest.</param>
    /// <param name="next">Where the next one starts; null on the last.</param>
    public static PagerLinks Pager(string path, long? before, long? next)
    {
        var older = path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "voor=";
        return new PagerLinks(before is null ? null : path, next is null ? null : older + next);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, long? before, bool unanswered, Pages pages, StoredViews views,
        QuestionStore questions)
    {
        var page = await questions.ListAsync(
            new QuestionFilter(Unanswered: unanswered), caller.Viewer, new PageRequest(before, PageSize),
            http.RequestAborted);
        var path = unanswered ? Paths.Unanswered : Paths.Questions;
        return await pages.ShowToAllAsync<QuestionListPage, QuestionListModel>(
            http,
            new QuestionListModel(views.Rows(page.Items), Pager(path, before, page.Next), unanswered),
            "questions", "topics");
    }
}
