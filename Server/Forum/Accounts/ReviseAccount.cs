using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>
/// Changes one's own name, words and preferences; other servers hear of the name and the words.
/// </summary>
internal sealed class ReviseAccount(
    Database database, ActorStore actors, ActorDocuments documents, Publisher publisher, ProfilePublishing publishing,
    Allowances allowances, TimeProvider clock)
{
    private const int MaxAbout = 500;

    /// <summary>Changes them.</summary>
    /// <param name="name">Name as shown.</param>
    /// <param name="about">Words about oneself, as typed; may be empty.</param>
    /// <param name="language">Of the pages: nl or en.</param>
    /// <param name="mail">Wants mail.</param>
    /// <param name="discoverable">May be found on other servers.</param>
    /// <param name="caller">Whose account.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Why not, or null.</returns>
    public async Task<Refusal?> ExecuteAsync(
        string name, string about, string language, bool mail, bool discoverable, Caller caller,
        CancellationToken cancellationToken)
    {
        if (caller.Account is not { } account
            || await actors.FindAsync(account.ActorId, cancellationToken) is not { } actor)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        var faults = new List<FieldFault>();
        if (AccountRules.DisplayName(name) is { } fault)
        {
            faults.Add(fault);
        }

        var words = ReadableText.Lines(about);
        if (ReadableText.Fault("about", words, 0, MaxAbout) is { } tooLong)
        {
            faults.Add(tooLong);
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var after = actor with
        {
            DisplayName = SafeHtml.OneLine(name, AccountRules.MaxDisplayName),
            SummaryHtml = words.Length == 0 ? "" : SafeHtml.FromMarkdown(words, actor.Uri),
            IsDiscoverable = discoverable,
            UpdatedAt = clock.GetUtcNow(),
        };
        var isSeen = (after.DisplayName, after.SummaryHtml, after.IsDiscoverable)
            != (actor.DisplayName, actor.SummaryHtml, actor.IsDiscoverable);
        var speaker = isSeen ? await publisher.PrepareAsync(after) : null;
        var document = isSeen ? await documents.WriteAsync(after) : null;
        return await database.WriteAsync<Refusal?>(
            writing =>
            {
                // What nobody else sees may be changed as often as one likes.
                if (isSeen && allowances.Take(writing, Act.Profile, caller) is { } tooMany)
                {
                    return tooMany;
                }

                AccountStore.SetPreferences(
                    writing, account.ActorId, words, language is "nl" or "en" ? language : null, mail);
                if (speaker is null || document is null)
                {
                    return null;
                }

                ActorStore.Present(writing, actor.Id, after.DisplayName, after.SummaryHtml, discoverable);
                publishing.Updated(writing, speaker, document);
                return null;
            }, cancellationToken);
    }
}
