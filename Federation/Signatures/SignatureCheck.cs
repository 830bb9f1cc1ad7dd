using System.Globalization;
using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Authenticates requests: CONTRACT.md §3.3, for draft-cavage-12 and RFC 9421.</summary>
public sealed class SignatureCheck
{
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(12);

    // RFC 9110 §5.6.7, and what is made of it: Go names the zone UTC, mail libraries give its distance.
    private static readonly string[] DateForms =
    [
        "r", "ddd, d MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'UTC'", "ddd, d MMM yyyy HH:mm:ss '+0000'",
    ];

    // What a signature that names no actor may have looked up for it.
    private const int MostUnclaimed = 3;

    private readonly KeyFinder _keys;
    private readonly LookUpTurns _turns;
    private readonly FederationOptions _options;
    private readonly TimeProvider _time;
    private readonly ReplayCache _replays;

    internal SignatureCheck(KeyFinder keys, LookUpTurns turns, FederationOptions options, TimeProvider time)
    {
        _keys = keys;
        _turns = turns;
        _options = options;
        _time = time;
        _replays = new ReplayCache(200_000, time);
    }

    /// <summary>Checks the signature of a request; may fetch the key's owner from its server, once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="claimed">
    /// The activity's actor, canonical, who must own the key; null for GET: whoever owns it.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for the key.</param>
    public async ValueTask<SignatureVerdict> CheckAsync(
        InboundRequest request, Uri? claimed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[]? hash = null;
        SignatureVerdict? best = null;
        // Others than the actor may have signed it on its way, a proxy for one: one that is the actor's is enough.
        foreach (var parse in Parse(request).Take(claimed is null ? MostUnclaimed : int.MaxValue))
        {
            var verdict = await CheckOneAsync(request, parse, claimed, Hash, cancellationToken).ConfigureAwait(false);
            if (verdict.Status is 200 or 202)
                return verdict;
            if (best is null || Weight(verdict) > Weight(best))
                best = verdict;
        }
        return best ?? new SignatureVerdict(SignatureReason.Missing, "The request is not signed.");

        byte[] Hash() => hash ??= SHA256.HashData(request.Body.Span);
    }

    private static IEnumerable<SignatureParse> Parse(InboundRequest request)
    {
        var field = request.Header("signature");
        if (request.Header("signature-input") is { } input)
        {
            foreach (var parse in MessageSignature.Parse(request, input, field))
                yield return parse;
        }
        // Both may be sent at once.
        if (CavageSignature.Find(request) is { } old)
            yield return CavageSignature.Parse(request, old);
    }

    // Of several that are not valid the sender is told what came nearest; what may yet turn out valid, first of all.
    private static int Weight(SignatureVerdict verdict) => verdict.Reason switch
    {
        SignatureReason.Later or SignatureReason.TooManyKeys => 3,
        SignatureReason.Malformed or SignatureReason.Unsupported or SignatureReason.Missing => 0,
        SignatureReason.Owner => 1,
        _ => 2,
    };

    /// <summary>Remembers that a request was accepted, so that the same signature is not acted on again.</summary>
    /// <param name="verdict">The valid verdict.</param>
    public void Accepted(SignatureVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        _replays.Add(verdict.Value.Span);
    }

    private async ValueTask<SignatureVerdict> CheckOneAsync(
        InboundRequest request, SignatureParse parse, Uri? claimed, Func<byte[]> hash,
        CancellationToken cancellationToken)
    {
        if (parse.Signature is not { } signature)
            return new SignatureVerdict(parse.Reason, parse.Error!);
        var hasBody = AcceptSignature.HasBody(request.Method);
        if (CheckStrength(signature, hasBody) is { } weak)
            return new SignatureVerdict(SignatureReason.Weak, weak);
        if (CheckTime(request, signature) is { } time)
            return new SignatureVerdict(SignatureReason.Time, time);
        var name = new KeyName(signature.KeyId, claimed?.AbsoluteUri);
        var key = _keys.FindLoaded(name);
        if (key is null && (CanonicalAuthority.Parse(signature.KeyId, _options) is not { } url ||
            (claimed is not null && !CanonicalAuthority.SameOrigin(url, claimed))))
            return new SignatureVerdict(SignatureReason.Owner, "The key is not on the actor's host.");
        if (hasBody && CheckDigest(request, signature, hash()) is { } digest)
            return new SignatureVerdict(SignatureReason.Digest, digest);
        if (hasBody && _replays.Contains(signature.Value))
            return new SignatureVerdict(SignatureReason.Replayed, "The request was accepted before.");
        var verdict = await CheckKeyAsync(signature, name, key, claimed, request.Network, cancellationToken)
            .ConfigureAwait(false);
        if (verdict.IsValid && hasBody)
            _turns.Prove(request.Network, verdict.Actor!);
        return verdict;
    }

    private async ValueTask<SignatureVerdict> CheckKeyAsync(
        RequestSignature signature, KeyName name, PublicKeyCache.LoadedKey? key, Uri? claimed, string network,
        CancellationToken cancellationToken)
    {
        if (key is null)
        {
            var answer = await _keys.FindAsync(name, network, cancellationToken).ConfigureAwait(false);
            if (answer.Key is not { } found)
                return answer.Refusal!;
            key = found;
        }
        var verdict = Verify(signature, key, claimed);
        if (verdict.IsValid || verdict.Reason == SignatureReason.Owner ||
            _time.GetUtcNow() - key.FetchedAt <= PublicKeyCache.MinimumAge)
            return verdict;
        var again = await _keys.FetchAsync(name, key, network, cancellationToken).ConfigureAwait(false);
        if (again.Refusal is { IsActorGone: true } gone)
            return gone;
        return again.Key is { } fresh ? Verify(signature, fresh, claimed) : verdict;
    }

    private static SignatureVerdict Verify(RequestSignature signature, PublicKeyCache.LoadedKey key, Uri? claimed)
    {
        if (claimed is not null && !CanonicalAuthority.SameId(key.Owner, claimed))
            return new SignatureVerdict(SignatureReason.Owner, "The key belongs to another actor.");
        if (signature.Algorithm is { } algorithm && algorithm != key.Algorithm)
            return new SignatureVerdict(SignatureReason.Wrong, "The key is of another algorithm.");
        if (!key.Verifier.Verify(signature.Base, signature.Value))
            return new SignatureVerdict(SignatureReason.Wrong, "The signature is not valid.");
        var scheme = !signature.IsMessage ? SignatureScheme.CavageRsa
            : key.Algorithm == KeyAlgorithm.Ed25519 ? SignatureScheme.MessageEd25519 : SignatureScheme.MessageRsa;
        return new SignatureVerdict(
            SignatureReason.Valid, "", key.Owner, scheme, Value: signature.Value);
    }

    private static string? CheckStrength(RequestSignature signature, bool hasBody)
    {
        var needed = Covered.Method | Covered.Path | Covered.Authority;
        if ((signature.Covers & needed) != needed)
            return "The signature must cover the method, the target and the host.";
        if ((signature.Covers & (Covered.Date | Covered.Created)) == 0)
            return "The signature must cover the time.";
        return hasBody && (signature.Covers & (Covered.Digest | Covered.ContentDigest)) == 0
            ? "The signature must cover a digest of the body." : null;
    }

    private string? CheckTime(InboundRequest request, RequestSignature signature)
    {
        var now = _time.GetUtcNow();
        DateTimeOffset? date = null;
        if (signature.Covers.HasFlag(Covered.Date))
        {
            if (!DateTimeOffset.TryParseExact(request.Header("date")?.Trim(), DateForms,
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return "The date is malformed.";
            date = parsed;
        }
        if ((date is { } d && (d - now).Duration() > Skew) ||
            (signature.Created is { } created && (created - now).Duration() > Skew))
            return "The request was signed too long ago or in the future.";
        if (signature.Expires is not { } expires)
            return null;
        if (expires <= now)
            return "The signature is expired.";
        return expires - (signature.Created ?? date ?? now) > LongestLife
            ? "The signature is valid for too long." : null;
    }

    private static string? CheckDigest(InboundRequest request, RequestSignature signature, byte[] hash)
    {
        // Both fields are compared when both are there, so that neither can say something else to someone else.
        var old = request.Header("digest");
        var field = request.Header("content-digest");
        var fits = (old is null || Fits(ContentDigest.ReadDigest(old), signature.Covers.HasFlag(Covered.Digest))) &&
            (field is null || Fits(ContentDigest.ReadField(field), signature.Covers.HasFlag(Covered.ContentDigest)));
        return fits ? null : "The digest must be the SHA-256 of the body.";

        bool Fits(byte[]? stated, bool covered) => stated is null ? !covered : ContentDigest.Equal(stated, hash);
    }
}
