using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Home;

/// <summary>The pages whose words are our own.</summary>
internal static class ShowTexts
{
    public static async Task<IResult> AboutAsync(HttpContext http, Pages pages, TopicStore topics) =>
        await pages.ShowToAllAsync<AboutPage, AboutModel>(
            http, new AboutModel(Product.Version, ShowHome.Connected(await topics.ListAsync(http.RequestAborted))),
            "topics");

    public static Task<IResult> RulesAsync(HttpContext http, Pages pages) =>
        pages.ShowToAllAsync<RulesPage, TextModel>(http, TextModel.Instance);

    public static Task<IResult> PrivacyAsync(HttpContext http, Pages pages) =>
        pages.ShowToAllAsync<PrivacyPage, TextModel>(http, TextModel.Instance);

    public static Task<IResult> AccessibilityAsync(HttpContext http, Pages pages) =>
        pages.ShowToAllAsync<AccessibilityPage, TextModel>(http, TextModel.Instance);
}
