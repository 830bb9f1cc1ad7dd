using System.Globalization;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Signs requests that we send (CONTRACT.md §3.2).</summary>
internal static class RequestSigner
{
    /// <summary>The scheme that a host is tried with next, when it refused the one given.</summary>
    /// <param name="refused">The one given.</param>
    /// <param name="wish">What the host said that it wants: so it knows RFC 9421; null if nothing.</param>
    public static SignatureScheme Next(SignatureScheme refused, SignatureWish? wish) => wish switch
    {
        { Algorithm: KeyAlgorithm.Ed25519 } when refused != SignatureScheme.MessageEd25519 =>
            SignatureScheme.MessageEd25519,
        { Algorithm: KeyAlgorithm.Rsa } when refused != SignatureScheme.MessageRsa => SignatureScheme.MessageRsa,
        { AsksMore: true } when refused != SignatureScheme.CavageRsa => refused,
        _ => refused == SignatureScheme.CavageRsa ? SignatureScheme.MessageRsa : SignatureScheme.CavageRsa,
    };

    /// <summary>Adds Host, Date, the digest and the signature to a request.</summary>
    /// <param name="request">A request with method and absolute address.</param>
    /// <param name="keys">The keys of the local actor that asks.</param>
    /// <param name="scheme">How to sign.</param>
    /// <param name="digest">The digest of the body; null for GET.</param>
    /// <param name="now">The time to sign with.</param>
    /// <param name="withoutQuery">Draft-cavage: leave the query out of the request target (older GoToSocial).</param>
    /// <param name="wish">RFC 9421: what the host asked for; null for what everybody understands.</param>
    public static void Sign(
        HttpRequestMessage request, ActorKeys keys, SignatureScheme scheme, ContentDigest? digest, DateTimeOffset now,
        bool withoutQuery = false, SignatureWish? wish = null)
    {
        var uri = request.RequestUri!;
        var headers = request.Headers;
        var date = now.ToString("r", CultureInfo.InvariantCulture);
        headers.TryAddWithoutValidation("Date", date);
        headers.Host = uri.Authority;
        if (scheme == SignatureScheme.CavageRsa)
        {
            if (digest is not null)
                headers.TryAddWithoutValidation("Digest", digest.Digest);
            var target = withoutQuery ? uri.AbsolutePath : uri.PathAndQuery;
            headers.TryAddWithoutValidation("Signature",
                CavageSignature.Create(keys.Rsa, request.Method.Method, uri.Authority, target, date, digest?.Digest));
            return;
        }
        if (digest is not null)
            headers.TryAddWithoutValidation("Content-Digest", digest.Field);
        var (input, signature) = MessageSignature.Create(
            scheme == SignatureScheme.MessageEd25519 ? keys.Ed25519 : keys.Rsa, request, now, wish);
        headers.TryAddWithoutValidation("Signature-Input", input);
        headers.TryAddWithoutValidation("Signature", signature);
    }
}
