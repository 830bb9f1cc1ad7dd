namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>RFC 8785 §3.2.3: names are sorted by their UTF-16 code units.</summary>
internal static class CanonicalOrder
{
    private const byte FirstOfPrivateUse = 0xEE;
    private const byte FirstOfFourBytes = 0xF0;

    /// <summary>Compares two names in UTF-8 as if they were UTF-16.</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
            return a.Length - b.Length;
        byte left = a[same], right = b[same];
        // UTF-8 orders by code point. The one difference: surrogates (four bytes here) come before U+E000 to U+FFFF.
        if (left >= FirstOfPrivateUse && right >= FirstOfPrivateUse
            && (left < FirstOfFourBytes) != (right < FirstOfFourBytes))
            return right - left;
        return left - right;
    }
}
