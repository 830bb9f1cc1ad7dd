using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// The signatures of the requests that were accepted in the last two hours, which is as long as one can be valid
/// (CONTRACT.md §3.3 "Replay"). Bounded: under a flood the journal's unique activity id still stands behind it.
/// </summary>
internal sealed class ReplayCache(int capacity, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);
    private readonly BoundedCache<UInt128, long> _seen = new(capacity);

    public bool Contains(ReadOnlySpan<byte> signature) =>
        _seen.TryGet(Hash(signature), out var until) && time.GetUtcNow().UtcTicks < until;

    public void Add(ReadOnlySpan<byte> signature) =>
        _seen.Set(Hash(signature), (time.GetUtcNow() + Life).UtcTicks);

    private static UInt128 Hash(ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(signature, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
