using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// The sum of the hashes of rows: the same whatever the order, since two databases sort text differently.
/// </summary>
internal sealed class RowChecksum
{
    private UInt128 sum;

    public long Rows { get; private set; }

    public void Add(object?[] row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[9];
        foreach (var value in row)
        {
            var bytes = value switch
            {
                null => [],
                long number => BitConverter.GetBytes(number),
                string text => Encoding.UTF8.GetBytes(text),
                byte[] blob => blob,
                _ => throw new InvalidOperationException($"A column holds {value.GetType()}."),
            };
            // Kind and length first, so that no two rows read alike.
            head[0] = value switch { null => 0, long => 1, string => 2, _ => 3 };
            BinaryPrimitives.WriteInt64LittleEndian(head[1..], bytes.Length);
            hash.AppendData(head);
            hash.AppendData(bytes);
        }

        sum += BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
        Rows++;
    }

    public override string ToString() => sum.ToString("x32", null);
}
