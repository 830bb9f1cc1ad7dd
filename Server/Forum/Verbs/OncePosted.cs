using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Processes;

namespace Ontmoetingsplein.Forum.Verbs;

/// <summary>
/// One form as somebody sent it: the key that the page put in it, and what was typed. The same key with another text is
/// another form: who goes back and writes something else means something else.
/// </summary>
/// <param name="Name">A hash of it all; the database keeps no more.</param>
internal sealed record SentForm(string Name)
{
    /// <summary>A form that was sent; null when it came without a key.</summary>
    /// <param name="key">What its hidden field said; the page made it by chance.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="verb">What it asks for.</param>
    /// <param name="typed">All that decides what becomes of it.</param>
    public static SentForm? Of(string? key, Caller caller, string verb, params ReadOnlySpan<string?> typed)
    {
        if (key is not { Length: >= 16 and <= 64 })
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string?>)[$"{caller.Account?.ActorId}", verb, key, .. typed])
        {
            text.Append(part?.Length ?? -1).Append(' ').Append(part).Append('\n');
        }

        return new SentForm(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }
}

/// <summary>
/// Makes what a form asks for once, however often the form is sent: pressed twice, sent again by a proxy, or by a
/// browser that was opened again. Counts it against what the caller may do. Both in the change itself.
/// </summary>
internal sealed class OncePosted(
    Database database, PostedFormStore forms, Allowances allowances, TimeProvider clock)
{
    /// <summary>How long a form is remembered: longer than a browser is likely to show it.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    /// <summary>Makes it, or finds what was made of the same form before.</summary>
    /// <param name="form">The form; null when there is none to know it by.</param>
    /// <param name="act">What it counts as; null when it does not.</param>
    /// <param name="caller">Who.</param>
    /// <param name="post">Makes it, in a change.</param>
    /// <param name="number">Its number.</param>
    /// <param name="find">Finds it by that, as the caller may see it; null when it is gone.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="memory">How long the form is remembered; null for <see cref="Memory"/>.</param>
    public async Task<Outcome<T>> PostAsync<T>(
        SentForm? form, Act? act, Caller caller, Func<Writing, Outcome<T>> post, Func<T, long> number,
        Func<long, CancellationToken, Task<T?>> find, CancellationToken cancellationToken, TimeSpan? memory = null)
        where T : class =>
        await database.WriteAsync(
            writing => Post(writing, form, act, caller, post, number, memory ?? Memory), cancellationToken)
            is { } outcome
            ? outcome
            : await FindAsync(form!, find, cancellationToken) is { } earlier
                ? earlier
                : new Refusal(RefusalKind.Gone, "problem.410text");

    /// <summary>What was made of a form before, so that nobody is told that it can no longer be done.</summary>
    /// <returns>Null when it is new, or what was made of it is gone.</returns>
    public async Task<T?> FindAsync<T>(
        SentForm? form, Func<long, CancellationToken, Task<T?>> find, CancellationToken cancellationToken)
        where T : class =>
        form is not null && await forms.FindAsync(form.Name, clock.GetUtcNow(), cancellationToken) is { } number
            ? await find(number, cancellationToken)
            : null;

    private Outcome<T>? Post<T>(
        Writing writing, SentForm? form, Act? act, Caller caller, Func<Writing, Outcome<T>> post, Func<T, long> number,
        TimeSpan memory)
        where T : class
    {
        if (form is not null && !PostedFormStore.Claim(writing, form.Name, writing.Now + memory))
        {
            return null;
        }

        var outcome = act is { } kind && allowances.Take(writing, kind, caller) is { } tooMany
            ? tooMany
            : post(writing);
        if (form is not null && outcome.IsDone(out var made, out _))
        {
            PostedFormStore.Settle(writing, form.Name, number(made));
        }
        else if (form is not null)
        {
            PostedFormStore.Release(writing, form.Name);
        }

        return outcome;
    }
}
