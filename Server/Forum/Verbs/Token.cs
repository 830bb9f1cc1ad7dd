using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ontmoetingsplein.Forum.Verbs;

/// <summary>A secret for a cookie or a link: 256 random bits. Only its SHA-256 is stored.</summary>
/// <param name="Text">What is handed out, URL-safe.</param>
internal readonly record struct Token(string Text)
{
    /// <summary>What is stored.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>A new one.</summary>
    public static Token Create() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
}
