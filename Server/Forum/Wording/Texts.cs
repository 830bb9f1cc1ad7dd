using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Resources;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>
/// The citizen's texts in one language and form of address. Texts.resx holds English, Texts.nl.resx Dutch with "u",
/// TextsJe.resx only the Dutch lines that differ with "je". A key that does not exist is a bug and throws.
/// </summary>
public sealed class Texts
{
    private static readonly FrozenDictionary<string, string> English = Load("Texts", CultureInfo.InvariantCulture);
    private static readonly Texts En = new("en", "en-GB", English);
    private static readonly Texts NlU = new("nl", "nl-NL", Load("Texts", CultureInfo.GetCultureInfo("nl")));
    private static readonly Texts NlJe = new("nl", "nl-NL", NlU.lines
        .Concat(Load("TextsJe", CultureInfo.InvariantCulture))
        .GroupBy(line => line.Key)
        .ToFrozenDictionary(lines => lines.Key, lines => lines.Last().Value));

    private readonly FrozenDictionary<string, string> lines;

    private Texts(string language, string culture, FrozenDictionary<string, string> lines)
    {
        Language = language;
        Culture = CultureInfo.GetCultureInfo(culture);
        this.lines = lines;
    }

    /// <summary>"nl" or "en", for the lang attribute.</summary>
    public string Language { get; }

    /// <summary>How dates and numbers are written.</summary>
    public CultureInfo Culture { get; }

    internal IEnumerable<string> Keys => lines.Keys;

    public string this[string key] => lines.TryGetValue(key, out var line)
        ? line
        : throw new KeyNotFoundException($"There is no text \"{key}\" in {Language}.");

    /// <summary>The text with its {placeholders} filled in, plurals chosen, numbers as the language has them.</summary>
    public string this[string key, params ReadOnlySpan<(string Name, object Value)> values] =>
        MessageFormat.Fill(this[key], values, Culture);

    /// <summary>The texts for a language tag ("en", "en-US", "nl-BE"); all but English get Dutch.</summary>
    public static Texts For(string language, FormOfAddress form)
    {
        if (language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            return En;
        return form == FormOfAddress.Je ? NlJe : NlU;
    }

    private static FrozenDictionary<string, string> Load(string name, CultureInfo culture)
    {
        var manager = new ResourceManager($"{typeof(Texts).Namespace}.{name}", typeof(Texts).Assembly);
        var set = manager.GetResourceSet(culture, createIfNotExists: true, tryParents: false)
            ?? throw new MissingManifestResourceException($"The texts {name} ({culture.Name}) are missing.");
        return set.Cast<DictionaryEntry>().ToFrozenDictionary(line => (string)line.Key, line => (string)line.Value!);
    }
}
