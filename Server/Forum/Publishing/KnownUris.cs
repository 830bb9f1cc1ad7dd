namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>
/// Addresses that come by thousands of times: reading one takes longer than finding it. Thread-safe; forgets all when
/// there are many, so that it stays small.
/// </summary>
internal sealed class KnownUris
{
    private const int Most = 4_096;

    private readonly Dictionary<string, Uri> known = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Reads an absolute address of ours or one that was checked when it came in.</summary>
    public Uri Read(string text)
    {
        lock (gate)
        {
            if (known.TryGetValue(text, out var uri))
            {
                return uri;
            }

            if (known.Count == Most)
            {
                known.Clear();
            }

            return known[text] = Federation.CanonicalAuthority.Stored(text);
        }
    }
}
