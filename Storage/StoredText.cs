using System.Text;

namespace Ontmoetingsplein.Storage;

/// <summary>Text as both databases can keep it.</summary>
internal static class StoredText
{
    /// <summary>
    /// Puts U+FFFD for NUL and for halves of surrogate pairs: PostgreSQL refuses them, and one hostile text must not
    /// fail the changes that are written together with it.
    /// </summary>
    public static string Clean(string text)
    {
        var letters = text.AsSpan();
        if (!letters.Contains('\0') && letters.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    public static object? Clean(object? value) => value is string text ? Clean(text) : value;
}
