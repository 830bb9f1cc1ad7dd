using System.Security.Cryptography;

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>
/// Encrypts private keys before they are stored (AES-256-GCM), so that a copy of the database alone cannot speak for
/// the node. The key is a file in the data folder, readable by its owner only, or the setting Plein:NodeKey.
/// </summary>
internal sealed class NodeKey : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly AesGcm cipher;
    private readonly Lock gate = new();

    private NodeKey(byte[] key) => cipher = new AesGcm(key, TagSize);

    /// <summary>Opens the key, and makes it the first time.</summary>
    public static NodeKey Open(ServerOptions options)
    {
        if (options.NodeKey is { } given)
        {
            return new NodeKey(given);
        }

        Directory.CreateDirectory(options.DataFolder);
        var path = Path.Combine(options.DataFolder, "node.key");
        if (!File.Exists(path))
        {
            var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, create);
            file.Write(RandomNumberGenerator.GetBytes(32));
            file.Flush(flushToDisk: true);
        }

        return new NodeKey(File.ReadAllBytes(path));
    }

    /// <summary>Encrypts; the result holds nonce, tag and ciphertext.</summary>
    public byte[] Seal(ReadOnlySpan<byte> secret)
    {
        var box = new byte[NonceSize + TagSize + secret.Length];
        var nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        lock (gate)
        {
            cipher.Encrypt(nonce, secret, box.AsSpan(NonceSize + TagSize), box.AsSpan(NonceSize, TagSize));
        }

        return box;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="CryptographicException">Another key sealed it, or it was altered.</exception>
    public byte[] Open(ReadOnlySpan<byte> box)
    {
        var secret = new byte[box.Length - NonceSize - TagSize];
        lock (gate)
        {
            cipher.Decrypt(box[..NonceSize], box[(NonceSize + TagSize)..], box.Slice(NonceSize, TagSize), secret);
        }

        return secret;
    }

    public void Dispose() => cipher.Dispose();
}
