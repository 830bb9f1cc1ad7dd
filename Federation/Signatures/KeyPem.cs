using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Reads the RSA keys that actors publish as text.</summary>
internal static class KeyPem
{
    private const int MaxLength = 4096;

    /// <summary>
    /// DER SubjectPublicKeyInfo of a PEM public key (SPKI or PKCS#1); null when it is not one of 2,048 to 8,192
    /// bits.
    /// </summary>
    public static byte[]? Read(string pem)
    {
        if (pem.Length > MaxLength || !PemEncoding.TryFind(pem, out var found) ||
            pem[found.Label] is not ("PUBLIC KEY" or "RSA PUBLIC KEY"))
            return null;
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize is >= 2048 and <= 8192 ? rsa.ExportSubjectPublicKeyInfo() : null;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
