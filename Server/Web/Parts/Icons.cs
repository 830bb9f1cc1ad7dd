using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>
/// Tabler Icons (MIT, licence in Icons.svg), drawn into the page; always beside a text, so hidden from readers.
/// </summary>
public static partial class Icons
{
    private const string Unknown = "message-2";

    private static readonly FrozenDictionary<string, (MarkupString Outline, MarkupString Filled)> Drawings = Read();

    /// <summary>What an administrator may choose for a topic.</summary>
    public static IReadOnlyList<string> ForTopics { get; } =
    [
        "alert-triangle", "arrows-exchange", "ball-football", "bike", "briefcase", "building", "bulb", "bus",
        "coin-euro", "confetti", "droplet", "elevator", "hammer", "heart", "heart-handshake", "home", "id", "key",
        "language", "message-2", "parking", "paw", "plant", "receipt", "recycle", "school", "search", "shield",
        "shopping-bag",
        "speakerphone", "tool", "traffic-cone", "trees", "trending-up", "truck", "users",
    ];

    /// <summary>The drawing of that name; a name we do not have (another node's topic) gets a speech bubble.</summary>
    public static MarkupString Svg(string name, bool filled = false)
    {
        if (!Drawings.TryGetValue(filled ? name + "-filled" : name, out var drawing))
            drawing = Drawings[Unknown];
        return filled ? drawing.Filled : drawing.Outline;
    }

    public static bool Has(string name) => Drawings.ContainsKey(name);

    private static FrozenDictionary<string, (MarkupString Outline, MarkupString Filled)> Read() => Symbol()
        .Matches(Drawing.Read("Icons.svg"))
        .ToFrozenDictionary(
            symbol => symbol.Groups["name"].Value,
            symbol => (Draw("pl-i", symbol), Draw("pl-i pl-i--fill", symbol)));

    private static MarkupString Draw(string classes, Match symbol) => new(
        $"""<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">"""
        + symbol.Groups["paths"].Value + "</svg>");

    [GeneratedRegex("""<symbol id="(?<name>[\w-]+)"[^>]*>(?<paths>.*?)</symbol>""", RegexOptions.Singleline)]
    private static partial Regex Symbol();
}

/// <summary>Drawings inside the assembly that stand in the page itself, to take the colours of the brand.</summary>
internal static class Drawing
{
    /// <summary>The paving of the square behind the home page's heading (Styles/herringbone.mjs).</summary>
    public static readonly MarkupString Herringbone = new(Read("Herringbone.svg"));

    public static string Read(string name)
    {
        using var stream = typeof(Drawing).Assembly.GetManifestResourceStream("drawings/" + name)
            ?? throw new InvalidOperationException($"The drawing {name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
