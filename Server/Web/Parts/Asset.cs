using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>One file for the browser, kept in memory with its compressed form.</summary>
public sealed class Asset(ReadOnlyMemory<byte> content, string type, string hash)
{
    private readonly EntityTagHeaderValue tag = new($"\"{hash}\"");
    // Compressed when first asked for: a start does not wait for it.
    private readonly Lazy<byte[]?> brotli = new(() => type.StartsWith("font/", StringComparison.Ordinal)
        ? null
        : Compression.Brotli(content, CompressionLevel.Optimal));

    public ReadOnlyMemory<byte> Content { get; } = content;

    public string Type { get; } = type;

    /// <summary>First twelve hexadecimal digits of the SHA-256 of the content.</summary>
    public string Hash { get; } = hash;

    /// <summary>The media type of a file we hand out, or null for one we do not.</summary>
    public static string? TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        ".png" => "image/png",
        ".txt" => "text/plain; charset=utf-8",
        _ => null,
    };

    /// <summary>The file, to be kept for ever under the address with the right hash, else for an hour.</summary>
    internal IResult Answer(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = http.Request.Query["v"] == Hash
            ? "public, max-age=31536000, immutable"
            : "public, max-age=3600";
        headers.XContentTypeOptions = "nosniff";
        if (Type.StartsWith("image/svg", StringComparison.Ordinal))
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        if (brotli.Value is { } compressed)
        {
            headers.Vary = "Accept-Encoding";
            if (Compression.TakesBrotli(http.Request))
            {
                headers.ContentEncoding = "br";
                return TypedResults.Bytes(compressed, Type, entityTag: new EntityTagHeaderValue($"\"{Hash}-br\""));
            }
        }

        return TypedResults.Bytes(Content, Type, entityTag: tag);
    }
}

/// <summary>One address for each file.</summary>
internal static class AssetRoutes
{
    public static void MapAssets(this IEndpointRouteBuilder routes, Assets assets)
    {
        foreach (var (path, asset) in assets.Files)
            routes.MapMethods("/" + path, ["GET", "HEAD"], asset.Answer);
    }
}
