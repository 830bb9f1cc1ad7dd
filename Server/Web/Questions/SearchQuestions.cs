using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>Finds questions by words.</summary>
internal static class SearchQuestions
{
    private const int Most = 100;
    private const int LongestQuery = 200;

    public static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, string? q, int? vanaf, Pages pages, StoredViews views, QuestionSearch search)
    {
        var query = SafeHtml.OneLine(q, LongestQuery);
        var found = query.Length == 0 ? [] : await search.FindAsync(query, caller.Viewer, Most, http.RequestAborted);
        var start = Math.Clamp(vanaf ?? 0, 0, Math.Max(0, found.Count - 1));
        var shown = found.Skip(start).Take(ListQuestions.PageSize).ToList();
        var path = Paths.SearchFor(query);
        var next = start + ListQuestions.PageSize;
        var links = new PagerLinks(
            start == 0 ? null : $"{path}&vanaf={Math.Max(0, start - ListQuestions.PageSize)}",
            next < found.Count ? $"{path}&vanaf={next}" : null);
        return await pages.ShowAsync<SearchPage, SearchModel>(
            http, new SearchModel(query, found.Count, views.Rows(shown), links));
    }
}
