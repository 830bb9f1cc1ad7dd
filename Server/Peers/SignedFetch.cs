using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Server.Peers;

/// <summary>Whether a GET may see what is for other servers.</summary>
internal sealed class SignedFetch(SignatureCheck signatures, IPeerPolicy peers, FederationOptions options)
{
    /// <summary>Without secure mode everybody may; with it, whoever signs and is not blocked.</summary>
    public async Task<bool> IsAllowedAsync(HttpContext http)
    {
        return !options.SecureMode || await SignerAsync(http) is not null;
    }

    /// <summary>Who signed a GET; null when nobody did, or somebody who is blocked.</summary>
    public async Task<Uri?> SignerAsync(HttpContext http)
    {
        http.Response.Headers.Append("Vary", "Signature");
        var request = new InboundRequest(
            http.Request.Method, options.Origin, http.Request.Path + http.Request.QueryString.Value,
            name => http.Request.Headers[name].Count == 0 ? null : http.Request.Headers[name].ToString(),
            ReadOnlyMemory<byte>.Empty);
        var verdict = await signatures.CheckAsync(request, null, http.RequestAborted);
        return verdict is { IsValid: true, Actor: { } owner }
            && !(await peers.FindAsync(owner.Authority, http.RequestAborted)).Blocked
                ? owner
                : null;
    }
}
