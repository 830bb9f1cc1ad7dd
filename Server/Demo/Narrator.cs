using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Server.Demo;

/// <summary>
/// Tells on the screen what a node takes in: every line is a signed request whose signature was verified.
/// </summary>
internal sealed class Narrator(IInboxJournal inner, string name, Action<string> tell) : IInboxJournal
{
    /// <inheritdoc />
    public async Task<Kept> KeepAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var kept = await inner.KeepAsync(entry, cancellationToken);
        var scheme = entry.Scheme switch
        {
            SignatureScheme.MessageEd25519 => "RFC 9421 Ed25519",
            SignatureScheme.MessageRsa => "RFC 9421 RSA",
            _ => "draft-cavage RSA",
        };
        tell($"{name,-12} <- {Describe(entry),-58} {scheme}, verified, {(kept == Kept.New ? "kept" : "known")}");
        return kept;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<JournalBatch>> TakeAsync(JournalRequest request, CancellationToken cancellationToken) =>
        inner.TakeAsync(request, cancellationToken);

    /// <inheritdoc />
    public Task<JournalBatch?> ReleaseAsync(
        JournalBatch batch, IReadOnlyList<long> away, int maxPerHost, CancellationToken cancellationToken) =>
        inner.ReleaseAsync(batch, away, maxPerHost, cancellationToken);

    /// <inheritdoc />
    public Task PutOffAsync(
        IReadOnlyList<long> journalIds, DateTimeOffset until, CancellationToken cancellationToken) =>
        inner.PutOffAsync(journalIds, until, cancellationToken);

    /// <inheritdoc />
    public Task<long> WeighAsync(string? host, string party, CancellationToken cancellationToken) =>
        inner.WeighAsync(host, party, cancellationToken);

    /// <inheritdoc />
    public Task MarkAsync(
        long journalId, HandlingOutcome outcome, DateTimeOffset? retryAt, CancellationToken cancellationToken) =>
        inner.MarkAsync(journalId, outcome, retryAt, cancellationToken);

    /// <inheritdoc />
    public Task WaitAsync(CancellationToken cancellationToken) => inner.WaitAsync(cancellationToken);

    private static string Describe(JournalEntry entry)
    {
        if (VocabularyReader.Read(entry.Body).Value is not { } activity)
        {
            return entry.Type;
        }

        var types = new List<string> { entry.Type };
        var about = activity;
        while (about.Object is [{ IsReference: false, Type: { } type } next] && types.Count < 4)
        {
            types.Add(next.Kind ?? type);
            about = next;
        }

        var path = Uri.TryCreate(about.ObjectId ?? about.Id, UriKind.Absolute, out var uri) ? uri.PathAndQuery : "";
        return $"{string.Join(" / ", types)} {path} of {entry.Actor.AbsolutePath}";
    }
}
