using System.Security.Cryptography;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Settings;

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

    private const int Size = 32;

    private NodeKey(byte[] key)
    {
        cipher = new AesGcm(key, TagSize);
        CheckValue = Convert.ToHexStringLower(HMACSHA256.HashData(key, "plein node key"u8));
    }

    /// <summary>Tells whether two keys are the same, and nothing else about them.</summary>
    public string CheckValue { get; }

    /// <summary>Opens the key, and makes it the first time.</summary>
    /// <exception cref="SetupException">It cannot be read, cannot be made, or is none.</exception>
    public static NodeKey Open(ServerOptions options)
    {
        if (options.NodeKey is { } given)
        {
            return new NodeKey(given);
        }

        var path = Path.Combine(options.DataFolder, "node.key");
        try
        {
            PrivateFiles.CreateFolder(options.DataFolder);
            if (!File.Exists(path))
            {
                Make(path);
            }

            var key = File.ReadAllBytes(path);
            return key.Length == Size
                ? new NodeKey(key)
                : throw new SetupException(
                    $"{path} is damaged: it has {key.Length} bytes instead of {Size}. Put back the copy of the"
                    + " backup.");
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException)
        {
            throw new SetupException(
                $"{path} cannot be read or made ({problem.Message}). Give this user access to it, and see that the disk"
                + " is not full.");
        }
    }

    // Under another name until it is whole: a key of which half was written would be taken for the node's own.
    private static void Make(string path)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = PrivateFiles.Open(unfinished, FileMode.CreateNew))
            {
                file.Write(RandomNumberGenerator.GetBytes(Size));
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process that shares the folder was first.
            File.Delete(unfinished);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
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
