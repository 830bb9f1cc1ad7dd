using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>Names of people and organisations as a page writes them.</summary>
internal static class Names
{
    private static readonly string[] TakesArticle = ["Gemeente", "Provincie", "Bibliotheek", "Stichting", "Vereniging"];

    /// <summary>"Gemeente Waterveen" becomes "de gemeente Waterveen" or "the municipality of Waterveen".</summary>
    public static string InSentence(string organisation, string language)
    {
        var space = organisation.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return organisation;
        var first = organisation[..space];
        var rest = organisation[space..];
        if (language == "en")
            return first == "Gemeente" ? "the municipality of" + rest : organisation;
        if (TakesArticle.Contains(first))
            return "de " + first.ToLowerInvariant() + rest;
        return first == "Woningcorporatie" ? first.ToLowerInvariant() + rest : organisation;
    }

    /// <summary>At most two letters for the round picture: of the first and the last word that have a letter.</summary>
    public static string Initials(string name)
    {
        var letters = new List<string>();
        foreach (var word in name.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var rune in word.EnumerateRunes())
            {
                if (!Rune.IsLetterOrDigit(rune))
                    continue;
                letters.Add(Rune.ToUpper(rune, CultureInfo.InvariantCulture).ToString());
                break;
            }
        }

        return letters.Count switch
        {
            0 => "?",
            1 => FirstTwo(name),
            _ => letters[0] + letters[^1],
        };
    }

    /// <summary>With a capital, to begin a sentence.</summary>
    public static string Capital(string name, CultureInfo culture) =>
        name.Length == 0 ? name : char.ToUpper(name[0], culture) + name[1..];

    private static string FirstTwo(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Where(Rune.IsLetterOrDigit).Take(2))
            text.Append(Rune.ToUpper(rune, CultureInfo.InvariantCulture).ToString());
        return text.ToString();
    }
}
