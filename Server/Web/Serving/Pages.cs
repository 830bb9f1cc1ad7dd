using Microsoft.AspNetCore.Antiforgery;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Storage.SetAside;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>Shows pages: puts the frame of this request around a model.</summary>
internal sealed class Pages(
    PageRenderer renderer, NodeSettings settings, Assets assets, Languages languages,
    IAntiforgery antiforgery, Callers callers, OpenReports reports, SetAsideStore setAside, ServerOptions options,
    TimeProvider clock)
{
    private const int MostCounted = 100;

    /// <summary>A page for this reader.</summary>
    /// <param name="http">The request.</param>
    /// <param name="model">What the page shows.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="withForms">The page has forms for visitors too, so it may set the cookie that they need.</param>
    /// <param name="path">Where this page is found, when that is not the address of the request.</param>
    public async Task<IResult> ShowAsync<TPage, TModel>(
        HttpContext http, TModel model, int status = StatusCodes.Status200OK, bool withForms = false,
        string? path = null)
        where TPage : View<TModel>
    {
        var frame = await FrameAsync(http, withForms);
        return await renderer.PageAsync<TPage, TModel>(
            path is null ? frame : frame with { Path = path }, model, status);
    }

    /// <summary>A page that looks the same to every visitor, so that it may be kept for the next one.</summary>
    /// <param name="http">The request.</param>
    /// <param name="model">What the page shows.</param>
    /// <param name="tags">What it was made of: it is dropped when one of these changes.</param>
    public async Task<IResult> ShowToAllAsync<TPage, TModel>(HttpContext http, TModel model, params string[] tags)
        where TPage : View<TModel>
    {
        var frame = await FrameAsync(http, withForms: false);
        var page = await renderer.PageAsync<TPage, TModel>(frame, model);
        return frame.Reader is null && frame.Notice is null
            && http.Features.Get<VisitorCache.Ticket>()?.Keep(page, ["settings", .. tags]) is { } kept
            ? kept
            : page;
    }

    /// <summary>The words in the language of this reader.</summary>
    public async ValueTask<Texts> TextsAsync(HttpContext http) =>
        Texts.For(languages.Of(http, await callers.FindAsync(http)), options.FormOfAddress);

    private async Task<PageFrame> FrameAsync(HttpContext http, bool withForms)
    {
        var caller = await callers.FindAsync(http);
        var language = languages.Of(http, caller);
        var details = await settings.DetailsAsync(http.RequestAborted);
        return new PageFrame
        {
            NodeName = details.Name,
            ContactMail = details.ContactMail,
            ContactPhone = details.ContactPhone,
            AccessibilityStatement = details.Statement,
            Source = options.Source,
            Organisation = options.Organisation,
            Origin = options.Origin,
            Assets = assets,
            Now = clock.GetUtcNow(),
            Path = LocalPath.Of(http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent()),
            Kind = options.Kind,
            Language = language,
            FormOfAddress = options.FormOfAddress,
            Reader = caller.Account is { } account
                ? new Reader(account.DisplayName, Paths.Person(account.Name), caller.IsAdministrator)
                {
                    GetsMail = account is { MailNotices: true, Email: not null },
                    OpenReports = await reports.CountAsync(caller, http.RequestAborted),
                    SetAside = caller.IsAdministrator
                        ? await setAside.CountAsync(MostCounted, http.RequestAborted)
                        : 0,
                }
                : null,
            // A visitor who only reads gets no cookie.
            AntiforgeryToken = withForms || caller.Account is not null
                ? antiforgery.GetAndStoreTokens(http).RequestToken
                : null,
            Notice = Notices.Take(http) is { } key
                ? Texts.For(language, options.FormOfAddress)[key, ("name", caller.Account?.DisplayName ?? "")]
                : null,
        };
    }
}
