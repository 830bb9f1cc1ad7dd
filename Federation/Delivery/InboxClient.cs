using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>
/// Posts one activity to one inbox: signs, knocks a second time with the other scheme when the first is refused,
/// remembers what worked (CONTRACT.md §3.2). A 403 to a scheme that works there is about the activity: one of theirs
/// blocks its author, say. Never follows a redirect.
/// </summary>
internal sealed class InboxClient(
    FederationOptions options, HttpMessageInvoker http, IPeerPolicy peers, HostPipelines pipelines, TimeProvider time)
{
    private static readonly MediaTypeHeaderValue ContentType = new(MediaTypes.Activity);

    private readonly string _userAgent = options.UserAgentField;

    public async Task<PostOutcome> PostAsync(
        Uri inbox, ReadOnlyMemory<byte> body, ContentDigest digest, ActorKeys keys, PeerStanding standing,
        CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Canonical(inbox, options) is not { } address ||
            CanonicalAuthority.SameOrigin(address, options.Origin))
            return new PostOutcome(null, Failure: PostFailure.BadAddress, Error: "The inbox is no address of a peer.");
        var scheme = standing.Scheme ?? SignatureScheme.CavageRsa;
        var outcome = await TryAsync(address, body, digest, keys, scheme, cancellationToken).ConfigureAwait(false);
        var isKnown = standing.Scheme is not null;
        if (outcome.Status is 400 or 401 || (outcome.Status == 403 && !isKnown))
        {
            scheme = RequestSigner.Next(scheme, outcome.Wish);
            outcome = DeliveryRules.Choose(
                outcome,
                await TryAsync(address, body, digest, keys, scheme, cancellationToken, outcome.Wish)
                    .ConfigureAwait(false),
                isKnown);
        }
        if (outcome.Status is >= 200 and < 300 && standing.Scheme != scheme)
            await peers.LearnAsync(address.Authority, scheme, cancellationToken).ConfigureAwait(false);
        return outcome;
    }

    private async Task<PostOutcome> TryAsync(
        Uri inbox, ReadOnlyMemory<byte> body, ContentDigest digest, ActorKeys keys, SignatureScheme scheme,
        CancellationToken cancellationToken, SignatureWish? wish = null)
    {
        var state = (Client: this, inbox, body, digest, keys, scheme, wish);
        try
        {
            return await pipelines.For(inbox.Authority).ExecuteAsync(
                static (s, token) => s.Client.PostOnceAsync(s.inbox, s.body, s.digest, s.keys, s.scheme, s.wish, token),
                state, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            return new PostOutcome(null, Failure: PostFailure.NoAnswer, Error: "No answer in time.");
        }
        catch (BrokenCircuitException)
        {
            return new PostOutcome(null, Failure: PostFailure.NoConnection, Error: "The host failed too often.");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            var failure = IsLostAnswer(problem) ? PostFailure.NoAnswer : PostFailure.NoConnection;
            var error = problem.InnerException is AddressRefusedException
                ? "The host has no public address." : $"The connection failed: {RemoteHttp.Describe(problem)}.";
            return new PostOutcome(null, Failure: failure, Error: error);
        }
    }

    private async ValueTask<PostOutcome> PostOnceAsync(
        Uri inbox, ReadOnlyMemory<byte> body, ContentDigest digest, ActorKeys keys, SignatureScheme scheme,
        SignatureWish? wish, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = ContentType;
        using var request = new HttpRequestMessage(HttpMethod.Post, inbox)
        {
            Content = content,
            Version = HttpVersion.Version11,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        RequestSigner.Sign(request, keys, scheme, digest, time.GetUtcNow(), wish: wish);
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // The body is of no use; the handler reads a small rest of it away, so that the connection serves again.
        var wanted = response.Headers.NonValidated.TryGetValues("Accept-Signature", out var values)
            ? SignatureWish.Read(values.ToString()) : null;
        return new PostOutcome((int)response.StatusCode, RetryAfter(response), Wish: wanted);
    }

    /// <summary>The peer took the connection and then broke it: this activity's failure, not the host's.</summary>
    internal static bool IsLostAnswer(Exception problem) => problem is HttpIOException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse
            or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded
    }
    || problem is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException inner }
        && inner is not AddressRefusedException;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var values))
            return null;
        var text = values.ToString();
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParseExact(
            text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && date > time.GetUtcNow() ? date - time.GetUtcNow() : null;
    }
}
