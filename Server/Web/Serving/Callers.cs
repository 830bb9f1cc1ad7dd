using System.Collections.Concurrent;
using System.Security.Claims;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// Who a request comes from, by the session cookie. Kept in memory for at most a minute, and dropped at once when a
/// session, a role or a preference changes.
/// </summary>
internal sealed class Callers : IDisposable
{
    private const int MostCached = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly SessionStore sessions;
    private readonly AccountStore accounts;
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset At)> known = new(
        StringComparer.Ordinal);
    private long changes;

    public Callers(SessionStore sessions, AccountStore accounts, Database database, TimeProvider clock)
    {
        (this.sessions, this.accounts, this.database, this.clock) = (sessions, accounts, database, clock);
        database.Signalled += Forget;
    }

    /// <summary>The caller of a request; a visitor when there is no cookie or its session has ended.</summary>
    public async ValueTask<Caller> FindAsync(HttpContext http)
    {
        if (http.Features.Get<Caller>() is { } found)
        {
            return found;
        }

        var caller = SessionCookie.Read(http) is { } token ? await FindAsync(token, http.RequestAborted)
            : Caller.Visitor;
        caller = caller with { Network = ClientNetwork.Of(http.Connection.RemoteIpAddress) };
        http.Features.Set(caller);
        if (caller.Account is { } account)
        {
            // Form tokens are bound to this name: one that was made for somebody else is worth nothing.
            http.User = new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.NameIdentifier, account.ActorId.ToString())], "session"));
        }

        return caller;
    }

    /// <summary>Before an endpoint: from here on <see cref="CurrentCaller"/> tells who asks.</summary>
    public async Task FindAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not null)
        {
            http.RequestServices.GetRequiredService<CurrentCaller>().Caller = await FindAsync(http);
        }

        await next(http);
    }

    public void Dispose() => database.Signalled -= Forget;

    private async Task<Caller> FindAsync(Token token, CancellationToken cancellationToken)
    {
        var hash = token.Hash;
        var key = Convert.ToHexString(hash);
        var now = clock.GetUtcNow();
        if (known.TryGetValue(key, out var cached) && now - cached.At < Fresh)
        {
            return cached.Caller;
        }

        var before = Interlocked.Read(ref changes);
        if (await sessions.FindAsync(hash, now, cancellationToken) is not { } id
            || await accounts.FindAsync(id, cancellationToken) is not { } account)
        {
            return Caller.Visitor;
        }

        var caller = new Caller(account, await accounts.ListOrganisationsAsync(id, cancellationToken));
        if (known.Count >= MostCached)
        {
            known.Clear();
        }

        known[key] = (caller, now);
        if (Interlocked.Read(ref changes) != before)
        {
            // Read while something changed: true for this request only.
            known.TryRemove(key, out _);
        }

        return caller;
    }

    private void Forget(string signal)
    {
        if (signal is "sessions" or "actors" or Database.EverythingSignal)
        {
            Interlocked.Increment(ref changes);
            known.Clear();
        }
    }
}
