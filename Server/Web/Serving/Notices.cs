using System.Collections.Frozen;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// One sentence above the page after a redirect. The cookie holds the key of a text, so nobody can put words of their
/// own on a page.
/// </summary>
internal static class Notices
{
    public const string CookieName = "melding";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>Keys of all sentences.</summary>
    public static FrozenSet<string> Keys { get; } = new[]
    {
        "ask.done", "answer.done", "comment.done", "edit.done", "delete.done", "withdraw.done", "signIn.done",
        "signOut.done", "welcome.done", "move.added", "move.removed", "move.done", "move.undone", "account.saved",
        "password.saved", "admin.saved", "admin.topicSaved", "admin.followAsked",
        "admin.stopped", "admin.hostRetried", "admin.hostParked", "admin.hostForgotten",
        "admin.moderatorAdded", "admin.moderatorRemoved", "moderation.closed", "moderation.opened", "moderation.pinned",
        "moderation.unpinned", "moderation.moved", "moderation.duplicate", "report.done", "reports.done", "hosts.done",
        "topics.followAsked",
        "organisation.admitted", "organisation.ended", "organisation.registered", "organisation.saved",
        "organisation.attested", "organisation.revoked", "organisation.held", "organisation.dropped",
        "setAside.retried", "setAside.dropped",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Shows a sentence on the next page.</summary>
    /// <exception cref="ArgumentException">It is none of <see cref="Keys"/>, and would never be shown.</exception>
    public static void Add(HttpContext http, string key)
    {
        if (!Keys.Contains(key))
        {
            throw new ArgumentException($"\"{key}\" is no notice.", nameof(key));
        }

        http.Response.Cookies.Append(CookieName, key, SessionCookie.Options(http, Life));
    }

    /// <summary>Takes the key of the sentence to show now.</summary>
    public static string? Take(HttpContext http)
    {
        if (http.Request.Cookies[CookieName] is not { } key)
        {
            return null;
        }

        http.Response.Cookies.Delete(CookieName, SessionCookie.Options(http, null));
        return Keys.Contains(key) ? key : null;
    }
}
