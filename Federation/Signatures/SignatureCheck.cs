using System.Globalization;
using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Authenticates requests: federation.md §3.3, for draft-cavage-12 and RFC 9421.</summary>
public sealed class SignatureCheck
{
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(12);

    private readonly FederationOptions _options;
    private readonly KeySource _source;
    private readonly PublicKeyCache _keys;
    private readonly TimeProvider _time;
    private readonly ReplayCache _replays;
    private readonly TokenBuckets? _fetches;

    internal SignatureCheck(
        FederationOptions options, KeySource source, PublicKeyCache keys, LimitShare share, TimeProvider time)
    {
        _options = options;
        _source = source;
        _keys = keys;
        _time = time;
        _replays = new ReplayCache(200_000, time);
        if (options.KeyFetchesPerHostPerMinute is { } perMinute)
            _fetches = new TokenBuckets(perMinute, TimeSpan.FromMinutes(1), 10_000, time, share);
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
        var input = request.Header("signature-input");
        var field = request.Header("signature");
        if (field is null)
            return new SignatureVerdict(SignatureReason.Missing, "The request is not signed.");
        byte[]? hash = null;
        SignatureVerdict? first = null;
        if (input is not null)
        {
            foreach (var parse in MessageSignature.Parse(request, input, field).Take(3))
            {
                var verdict = await CheckOneAsync(request, parse, claimed, Hash, cancellationToken)
                    .ConfigureAwait(false);
                if (verdict.Status is 200 or 202)
                    return verdict;
                first ??= verdict;
            }
            // Both may be sent at once; a field that is a structured dictionary is no draft-cavage one.
            if (!field.Contains("keyId=\"", StringComparison.Ordinal))
                return first!;
        }
        var old = await CheckOneAsync(
            request, CavageSignature.Parse(request, field), claimed, Hash, cancellationToken).ConfigureAwait(false);
        return old.Status is 200 or 202 ? old : first ?? old;

        byte[] Hash() => hash ??= SHA256.HashData(request.Body.Span);
    }

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
            return new SignatureVerdict(SignatureReason.Malformed, parse.Error!);
        var hasBody = request.Method is not ("GET" or "HEAD");
        if (CheckStrength(signature, hasBody) is { } weak)
            return new SignatureVerdict(SignatureReason.Weak, weak);
        if (CheckTime(request, signature) is { } time)
            return new SignatureVerdict(SignatureReason.Time, time);
        // Of one that is loaded the owner is known, and compared before it is used.
        var key = _keys.Find(signature.KeyId);
        if (key is null && (CanonicalAuthority.Parse(signature.KeyId, _options) is not { } url ||
            (claimed is not null && !CanonicalAuthority.SameOrigin(url, claimed))))
            return new SignatureVerdict(SignatureReason.Owner, "The key is not on the actor's host.");
        if (hasBody && CheckDigest(request, signature, hash()) is { } digest)
            return new SignatureVerdict(SignatureReason.Digest, digest);
        if (hasBody && _replays.Contains(signature.Value))
            return new SignatureVerdict(SignatureReason.Replayed, "The request was accepted before.");
        return await CheckKeyAsync(signature, key, claimed, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SignatureVerdict> CheckKeyAsync(
        RequestSignature signature, PublicKeyCache.LoadedKey? key, Uri? claimed, CancellationToken cancellationToken)
    {
        var keyId = signature.KeyId;
        var fetched = false;
        if (key is null && await _source.FindKnownAsync(keyId, cancellationToken).ConfigureAwait(false) is { } known &&
            _time.GetUtcNow() - known.FetchedAt < PublicKeyCache.Life)
            key = _keys.Add(keyId, known);
        if (key is null)
        {
            var (loaded, refusal) = await FetchAsync(keyId, cancellationToken).ConfigureAwait(false);
            if (loaded is null)
                return refusal!;
            (key, fetched) = (loaded, true);
        }
        var verdict = Verify(signature, key, claimed);
        if (verdict.IsValid || fetched || verdict.Reason == SignatureReason.Owner ||
            _time.GetUtcNow() - key.FetchedAt <= PublicKeyCache.MinimumAge)
            return verdict;
        var (again, _) = await FetchAsync(keyId, cancellationToken).ConfigureAwait(false);
        return again is null ? verdict : Verify(signature, again, claimed);
    }

    private async Task<(PublicKeyCache.LoadedKey? Key, SignatureVerdict? Refusal)> FetchAsync(
        string keyId, CancellationToken cancellationToken)
    {
        var missing = _keys.FindMissing(keyId);
        if (missing is null)
        {
            if (_fetches?.TryTake(CanonicalAuthority.Parse(keyId, _options)!.Authority) is { } wait)
                return (null, new SignatureVerdict(
                    SignatureReason.TooManyKeys, "Too many unknown keys.", RetryAfter: wait));
            var found = await _source.FetchAsync(keyId, cancellationToken).ConfigureAwait(false);
            if (found.Status == KeyStatus.Found)
                return _keys.Add(keyId, found) is { } loaded
                    ? (loaded, null)
                    : (null, new SignatureVerdict(SignatureReason.NoKey, "The key is not usable."));
            missing = found;
            _keys.AddMissing(keyId, found);
        }
        return (null, missing.Status == KeyStatus.Gone
            ? new SignatureVerdict(SignatureReason.KeyGone, "The key's owner is deleted.")
            : new SignatureVerdict(SignatureReason.NoKey, missing.Reason ?? "The key cannot be had."));
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
            if (!DateTimeOffset.TryParseExact(request.Header("date"), "r", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var parsed))
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
