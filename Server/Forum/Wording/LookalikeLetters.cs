using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>
/// Reads text as an eye does that takes one letter for another (UTS #39 "skeleton", for what passes for Latin): the
/// letters a to z only, and one for those that are told apart with difficulty, such as l, I and 1.
/// </summary>
internal static class LookalikeLetters
{
    // Each after the letter that it passes for: Cyrillic, Greek, Armenian, Cherokee, phonetic and others, digits and
    // signs. What has a compatibility form (full width, bold, circled, ligatures) is taken apart before.
    private static readonly string[] Rows =
    [
        "aаɑαᴀᎪ4@", "bвбβʙᏴь8", "cсϲᴄᏟ", "dԁᴅᎠđð", "eеεєɛэəᴇℯᎬ3€", "fƒꜰғ", "gɡԍɢցᏀǥ69", "hһʜհħᎻн", "iіїıιɪӏᎥᏞlłʟ1!|",
        "jјᴊᎫϳ", "kкκᴋᏦ", "mмᴍᎷ", "nոɴŋпη", "oоοσօᴏøՕθ0", "pрρᴘᏢþ", "qԛզ", "rгʀᎡя", "sѕꜱᏚς5$§", "tтτᴛᎢ7+",
        "uυսᴜμцʋ", "vνѵᴠᏙ", "wԝωᴡᎳшщ", "xхχ", "yуγʏүყ", "zᴢᏃʐ2",
    ];

    private static readonly FrozenDictionary<int, string> Same = Rows
        .SelectMany(row => row.EnumerateRunes().Skip(1).Select(rune => (rune.Value, Letter: row[..1])))
        .DistinctBy(pair => pair.Value).ToFrozenDictionary(pair => pair.Value, pair => pair.Letter);

    /// <summary>The words of a text, as they look. Never throws, whatever the text.</summary>
    /// <param name="text">Any text.</param>
    public static List<string> Words(string text)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        foreach (var rune in PlainText.Normalized(text, NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter)
            {
                continue;
            }

            if (Latin(rune) is { } letter)
            {
                word.Append(letter);
                continue;
            }

            End(words, word);
            if (rune.Value == '&')
            {
                words.Add("en");
            }
        }

        End(words, word);
        return words;
    }

    private static void End(List<string> words, StringBuilder word)
    {
        if (word.Length > 0)
        {
            words.Add(word.Replace("rn", "m").Replace("vv", "w").ToString());
            word.Clear();
        }
    }

    private static string? Latin(Rune rune)
    {
        var value = rune.Value switch
        {
            >= 0x1F150 and <= 0x1F169 => 'a' + rune.Value - 0x1F150,
            >= 0x1F170 and <= 0x1F189 => 'a' + rune.Value - 0x1F170,
            >= 0x1F1E6 and <= 0x1F1FF => 'a' + rune.Value - 0x1F1E6,
            _ => rune.Value,
        };
        if (Same.TryGetValue(value, out var latin))
        {
            return latin;
        }

        var lower = Rune.ToLowerInvariant(new Rune(value)).Value;
        return Same.TryGetValue(lower, out latin) ? latin
            : lower is >= 'a' and <= 'z' ? ((char)lower).ToString()
            : lower switch
            {
                'ß' => "ss",
                'æ' => "ae",
                'œ' => "oe",
                _ => null,
            };
    }
}
