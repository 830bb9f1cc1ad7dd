using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>
/// Stylesheet, fonts, icon and brand, read once at start. Addresses carry the hash of the content, so browsers may
/// keep them for ever. A brand is a css file of basis tokens: one of ours or one in the data folder's "themes".
/// </summary>
public sealed partial class Assets
{
    private const string Embedded = "wwwroot/";
    private readonly FrozenDictionary<string, Asset> files;

    private Assets(FrozenDictionary<string, Asset> files, string? theme)
    {
        this.files = files;
        Theme = theme;
        Stylesheet = Url("plein.css");
        Icon = Url("favicon.svg");
        var css = System.Text.Encoding.UTF8.GetString(files["plein.css"].Content.Span);
        if (theme is not null)
        {
            ThemeStylesheet = Url($"themes/{theme}.css");
            css += System.Text.Encoding.UTF8.GetString(files[$"themes/{theme}.css"].Content.Span);
        }

        Color = BrandColor().Matches(css).LastOrDefault()?.Groups["color"].Value ?? "#0b5559";
        Font = css.Contains("Source Sans 3", StringComparison.Ordinal)
            ? Url("fonts/source-sans-3-latin.woff2")
            : Url("fonts/atkinson-next-latin.woff2");
    }

    public string? Theme { get; }

    public string Stylesheet { get; }

    public string? ThemeStylesheet { get; }

    public string Icon { get; }

    /// <summary>The letter that the first screen needs, to be fetched beside the stylesheet.</summary>
    public string Font { get; }

    /// <summary>The brand's main colour, for the browser's own bars.</summary>
    public string Color { get; }

    /// <summary>All files by their path without a leading slash.</summary>
    public IReadOnlyDictionary<string, Asset> Files => files;

    /// <summary>Reads what the assembly carries and, for another brand, the data folder's themes.</summary>
    /// <param name="theme">Name of a brand, "debrug"; null, empty or "plein" for the default.</param>
    /// <param name="dataFolder">Holds a folder "themes" with name.css and what it refers to; null for none.</param>
    /// <exception cref="ArgumentException">There is no such brand; the message says where it was sought.</exception>
    public static Assets Load(string? theme = null, string? dataFolder = null)
    {
        var found = new Dictionary<string, Asset>(StringComparer.Ordinal);
        var assembly = typeof(Assets).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var path = name.Replace('\\', '/');
            if (!path.StartsWith(Embedded, StringComparison.Ordinal))
                continue;
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            Add(found, path[Embedded.Length..], content);
        }

        if (IsOwn(theme))
            return new(found.ToFrozenDictionary(), null);
        if (Fault(theme, dataFolder) is { } fault)
            throw new ArgumentException($"The theme {fault}");
        if (dataFolder is not null && Path.Combine(dataFolder, "themes") is var folder && Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(file => Asset.TypeOf(file) is not null))
                Add(found, "themes/" + Path.GetFileName(file), File.ReadAllBytes(file));
        }

        return new(found.ToFrozenDictionary(), theme);
    }

    /// <summary>What is wrong with the name of a brand, or null; see <see cref="Load"/>.</summary>
    public static string? Fault(string? theme, string? dataFolder)
    {
        if (IsOwn(theme))
            return null;
        if (!ThemeName().IsMatch(theme))
            return $"\"{theme}\" may hold only small letters, digits and hyphens.";
        var ours = typeof(Assets).Assembly.GetManifestResourceNames().Select(name => name.Replace('\\', '/'))
            .Where(name => name.StartsWith(Embedded, StringComparison.Ordinal) && IsTheme(name[Embedded.Length..]))
            .Select(Path.GetFileNameWithoutExtension).ToList();
        return ours.Contains(theme)
            || dataFolder is not null && File.Exists(Path.Combine(dataFolder, "themes", theme + ".css"))
            ? null
            : $"\"{theme}\" is not there: ours are plein, {string.Join(", ", ours)}; no themes/{theme}.css in the data"
                + " folder.";
    }

    /// <summary>Address with the hash of the content: /plein.css?v=0123456789ab.</summary>
    public string Url(string path) => $"/{path}?v={files[path].Hash}";

    private static bool IsOwn([NotNullWhen(false)] string? theme) => theme is null or "" or "plein";

    private static bool IsTheme(string path) =>
        path.StartsWith("themes/", StringComparison.Ordinal) && path.EndsWith(".css", StringComparison.Ordinal);

    private static void Add(Dictionary<string, Asset> found, string path, byte[] content)
    {
        if (Asset.TypeOf(path) is { } type)
            found[path] = new Asset(content, type, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
    }

    [GeneratedRegex("^[a-z0-9-]{1,40}$")]
    private static partial Regex ThemeName();

    [GeneratedRegex("--basis-color-action-1-inverse-bg-default:\\s*(?<color>#[0-9a-fA-F]{3,8})")]
    private static partial Regex BrandColor();
}
