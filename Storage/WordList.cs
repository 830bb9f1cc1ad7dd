using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Storage;

/// <summary>The words of a text as the search index knows them; the same for both engines.</summary>
internal static class WordList
{
    private const int LongestWord = 64;

    /// <summary>Distinct runs of letters and digits, in lower case and without diacritics, in order.</summary>
    /// <param name="text">Any characters.</param>
    public static IReadOnlyList<string> Of(string text)
    {
        var words = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        foreach (var rune in PlainText.Normalized(StoredText.Clean(text), NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                End();
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                // Cut between characters, not inside one.
                var length = word.Length <= LongestWord ? word.Length
                    : char.IsHighSurrogate(word[LongestWord - 1]) ? LongestWord - 1 : LongestWord;
                var whole = word.ToString(0, length);
                word.Clear();
                if (seen.Add(whole))
                {
                    words.Add(whole);
                }
            }
        }
    }
}
