using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>Raised while connecting: the name leads to no public address.</summary>
internal sealed class AddressRefusedException(string host) : IOException($"{host} has no public address.");

/// <summary>
/// Makes the one HTTP handler through which peers are reached. The address is checked where it is connected to, so
/// a name that changes between look-up and connection gains nothing; no proxy, no cookies, no redirects.
/// </summary>
internal static class PublicAddressHandler
{
    public static SocketsHttpHandler Create(
        FederationOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        resolve ??= Dns.GetHostAddressesAsync;
        return new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            MaxConnectionsPerServer = options.ConnectionsPerHost,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancellationToken) =>
                ConnectAsync(context.DnsEndPoint, options, resolve, cancellationToken),
        };
    }

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint target, FederationOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        CancellationToken cancellationToken)
    {
        // Shorter than the time for the whole answer, so that a host that is away is told from one that is slow.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.HeaderTimeout / 2);
        Exception? last = null;
        try
        {
            foreach (var address in await resolve(target.Host, limit.Token).ConfigureAwait(false))
            {
                if (!options.AllowPrivateAddresses && !PublicAddress.Contains(address))
                    continue;
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(address, target.Port, limit.Token).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException problem)
                {
                    socket.Dispose();
                    last = problem;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
        throw last ?? new AddressRefusedException(target.Host);
    }
}
