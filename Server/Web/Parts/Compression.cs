using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>
/// Pages and documents go out compressed to who takes that, so that a node without a proxy that does so is as quick on
/// a poor line; a proxy finds them done. What is kept for everybody is compressed once.
/// </summary>
internal static class Compression
{
    /// <summary>Less than this is not worth it, in bytes.</summary>
    public const int Least = 512;

    // The level at which Brotli is both faster and smaller than gzip; the lowest is larger, the next ones take longer.
    private const CompressionLevel Level = CompressionLevel.Fastest;

    public static IServiceCollection AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(compression =>
        {
            // The one secret of a page that also shows what others typed is the token of its forms, and that is another
            // one each time: its length and neighbours give nothing away (BREACH).
            compression.EnableForHttps = true;
            compression.MimeTypes =
            [
                "text/html", "application/activity+json", "application/ld+json", "application/json",
                "application/jrd+json", "application/problem+json", "application/xrd+xml",
            ];
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = Level);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = Level);
        return services;
    }

    /// <summary>Whether the sender of a request takes Brotli.</summary>
    public static bool TakesBrotli(HttpRequest request) =>
        request.Headers.AcceptEncoding.Count > 0 && request.GetTypedHeaders().AcceptEncoding
            .Any(one => one.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);

    /// <summary>All of it, in Brotli.</summary>
    /// <param name="content">Any bytes.</param>
    /// <param name="level">How hard to try.</param>
    public static byte[] Brotli(ReadOnlyMemory<byte> content, CompressionLevel level = Level)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, level))
        {
            brotli.Write(content.Span);
        }

        return compressed.ToArray();
    }
}
