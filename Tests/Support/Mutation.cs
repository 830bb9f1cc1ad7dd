namespace Ontmoetingsplein.Tests.Support;

/// <summary>Changes bytes in the ways that break parsers.</summary>
public static class Mutation
{
    /// <summary>Bytes that mean something in JSON.</summary>
    public static byte[] Interesting { get; } = "\"\\{}[],:u0dD8 \0\uFFFD019eE-"u8.ToArray();

    /// <summary>Replaces, inserts, leaves out or repeats.</summary>
    public static byte[] Apply(byte[] bytes, int where, byte what, int how)
    {
        var at = where % Math.Max(1, bytes.Length);
        return how switch
        {
            0 => [.. bytes[..at], what, .. bytes[Math.Min(at + 1, bytes.Length)..]],
            1 => [.. bytes[..at], what, .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[Math.Min(at + what, bytes.Length)..]],
            _ => [.. bytes[..at], .. bytes[(at / 2)..]],
        };
    }

    /// <summary>One to four changes.</summary>
    public static byte[] Apply(byte[] bytes, Random random)
    {
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            bytes = Apply(
                bytes, random.Next(20_000), Interesting[random.Next(Interesting.Length)], random.Next(4));
        }

        return bytes;
    }
}
