using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>
/// A copy of the register of government bodies as an administrator gives it: a line for each website, as
/// <c>website,address in the register,name</c>, separated by commas, semicolons or tabs. A line that begins with # is
/// none, nor is a first line of headings.
/// </summary>
internal static class RegisterList
{
    /// <summary>Longest text that is read.</summary>
    public const int MaxLength = 4_000_000;

    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>Reads a list.</summary>
    /// <param name="text">The list.</param>
    /// <returns>The entries, and the lines that could not be read.</returns>
    public static (IReadOnlyList<RegisterEntry> Entries, IReadOnlyList<string> Unread) Read(string text)
    {
        var (entries, unread) = (new List<RegisterEntry>(), new List<string>());
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(Separators, 3, StringSplitOptions.TrimEntries)
                .Select(part => part.Trim('"')).ToArray();
            var isHeading = entries.Count + unread.Count == 0 && !line.Contains("://", StringComparison.Ordinal);
            if (line[0] == '#' || isHeading)
            {
                continue;
            }

            if (parts is [var website, var id, var name] && name.Length > 0 && Domain(website) is { Length: > 0 } domain
                && Uri.TryCreate(id, UriKind.Absolute, out _))
            {
                entries.Add(new RegisterEntry(domain, id, name));
            }
            else
            {
                unread.Add(line);
            }
        }

        return (entries, unread);
    }

    /// <summary>The domain of a website, as the register is searched by.</summary>
    /// <param name="website">A host or an address.</param>
    public static string Domain(string website)
    {
        var host = Uri.TryCreate(
            website.Contains("://", StringComparison.Ordinal) ? website : "https://" + website, UriKind.Absolute,
            out var uri) && uri.Host.Length > 0
            ? uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}"
            : "";
        host = host.ToLowerInvariant();
        return host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host;
    }
}
