using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>
/// A request to the node's inbox, signed here by hand and not by the code under test. What a test wants broken it
/// changes before or after <see cref="SignCavage"/> or <see cref="SignMessage"/>.
/// </summary>
public sealed class SignedRequest(string body, DateTimeOffset now)
{
    /// <summary>The node that it is for.</summary>
    public Uri Origin { get; set; } = new(TestNode.Origin);

    /// <summary>Where that node listens, if not at its origin.</summary>
    public Uri? Door { get; set; }

    /// <summary>The network that it comes from.</summary>
    public string Network { get; set; } = "";

    public string Method { get; set; } = "POST";

    public string Path { get; set; } = "/inbox";

    public byte[] Body { get; set; } = Encoding.UTF8.GetBytes(body);

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Content-Type"] = "application/activity+json",
        ["Date"] = now.ToString("r", CultureInfo.InvariantCulture),
        ["Digest"] = "SHA-256=" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
    };

    public SignedRequest SignCavage(
        KeyPairs keys, string keyId, string covered = "(request-target) host date digest",
        string extra = "algorithm=\"rsa-sha256\",", long? created = null, long? expires = null)
    {
        var lines = covered.Split(' ').Select(name => name + ": " + name switch
        {
            "(request-target)" => $"{Method.ToLowerInvariant()} {Path}",
            "(created)" => $"{created}",
            "(expires)" => $"{expires}",
            "host" => Origin.Authority,
            _ => Headers[name],
        });
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(keys.RsaPkcs8, out _);
        var value = Convert.ToBase64String(rsa.SignData(
            Encoding.UTF8.GetBytes(string.Join('\n', lines)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var times = (created is null ? "" : $"created={created},") + (expires is null ? "" : $"expires={expires},");
        Headers["Signature"] = $"keyId=\"{keyId}\",{extra}{times}headers=\"{covered}\",signature=\"{value}\"";
        return this;
    }

    public SignedRequest SignMessage(
        KeyPairs keys, string keyId, bool withRsa = false, string? components = null, string? parameters = null)
    {
        Headers.Remove("Digest");
        Headers["Content-Digest"] = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Body))}:";
        components ??= "\"@method\" \"@target-uri\" \"content-digest\"";
        parameters ??= $";created={now.ToUnixTimeSeconds()};keyid=\"{keyId}\"";
        var query = "?" + string.Join('?', Path.Split('?').Skip(1));
        var lines = components.Split(' ').Select(c => c + ": " + c switch
        {
            "\"@method\"" => Method,
            "\"@target-uri\"" => Origin.GetLeftPart(UriPartial.Authority) + Path,
            "\"@authority\"" => Origin.Authority,
            "\"@scheme\"" => Origin.Scheme,
            "\"@request-target\"" => Path,
            "\"@path\"" => Path.Split('?')[0],
            "\"@query\"" => query,
            "\"@query-param\";name=\"page\"" => "2",
            _ => Headers.GetValueOrDefault(c.Trim('"'), "?"),
        });
        var text = string.Join('\n', lines) + $"\n\"@signature-params\": ({components}){parameters}";
        Headers["Signature-Input"] = $"sig1=({components}){parameters}";
        Headers["Signature"] = $"sig1=:{Convert.ToBase64String(Sign(keys, Encoding.UTF8.GetBytes(text), withRsa))}:";
        return this;
    }

    /// <summary>Sends it over a real connection.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(Door ?? Origin, Path))
        {
            Content = content ?? new ByteArrayContent(Body),
        };
        request.Headers.Host = Origin.Authority;
        foreach (var (name, value) in Headers)
        {
            var headers = name == "Content-Type" ? (System.Net.Http.Headers.HttpHeaders)request.Content.Headers
                : request.Headers;
            headers.TryAddWithoutValidation(name, value);
        }
        return await http.SendAsync(request);
    }

    public InboundRequest Build() => new(
        Method, Origin, Path, name => Headers.GetValueOrDefault(name), Body, Network);

    private static byte[] Sign(KeyPairs keys, byte[] text, bool withRsa)
    {
        if (withRsa)
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(keys.RsaPkcs8, out _);
            return rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        using var key = NSec.Cryptography.Key.Import(
            NSec.Cryptography.SignatureAlgorithm.Ed25519, keys.Ed25519Seed,
            NSec.Cryptography.KeyBlobFormat.RawPrivateKey);
        return NSec.Cryptography.SignatureAlgorithm.Ed25519.Sign(key, text);
    }
}
