using System.Buffers;
using System.Text;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Administration;

/// <summary>A decision about a host as an administrator writes it down.</summary>
/// <param name="Subject">As in <see cref="PeerRule.Subject"/>.</param>
/// <param name="Verdict">What; null takes a former decision back.</param>
/// <param name="Reason">Why; may be empty.</param>
internal sealed record HostRuleChange(string Subject, PeerVerdict? Verdict, string Reason);

/// <summary>A list of decisions about hosts, as CSV.</summary>
/// <param name="Changes">What was read; the last one counts where a host stands twice.</param>
/// <param name="Unread">The lines that say nothing, as they stand.</param>
internal sealed record HostRuleList(IReadOnlyList<HostRuleChange> Changes, IReadOnlyList<string> Unread)
{
    /// <summary>The most that is read, in characters.</summary>
    public const int MaxLength = 1_000_000;

    private const int MaxReason = 300;

    // What others made unreadable on purpose has stars in it.
    private static readonly SearchValues<char> NoHost = SearchValues.Create("/\\@?#* ");

    /// <summary>
    /// Reads what Mastodon exports (columns by name: #domain, #severity, #public_comment), what
    /// <see cref="Write"/> made, or bare hosts one a line.
    /// </summary>
    /// <param name="text">At most <see cref="MaxLength"/> characters.</param>
    /// <param name="verdict">What holds for a line without severity.</param>
    /// <param name="options">What is an address of a peer, and which one is ours.</param>
    public static HostRuleList Read(string text, PeerVerdict verdict, FederationOptions options)
    {
        var changes = new Dictionary<string, HostRuleChange>(StringComparer.Ordinal);
        var unread = new List<string>();
        var columns = new List<string> { "domain", "severity", "public_comment" };
        foreach (var (cells, isFirst) in Records(text).Select((cells, index) => (cells, index == 0)))
        {
            if (isFirst && cells[0].TrimStart('#').Equals("domain", StringComparison.OrdinalIgnoreCase))
            {
                columns = [.. cells.Select(cell => cell.TrimStart('#').ToLowerInvariant())];
                continue;
            }

            string Cell(string name) => columns.IndexOf(name) is >= 0 and var at && at < cells.Count ? cells[at] : "";
            var (isKnown, decided) = Verdict(Cell("severity"), verdict);
            if (!isKnown || Subject(Cell("domain"), options) is not { } subject)
            {
                unread.Add(Short(string.Join(',', cells)));
                continue;
            }

            changes[subject] = new HostRuleChange(subject, decided, Short(Cell("public_comment")));
        }

        return new HostRuleList([.. changes.Values], unread);
    }

    /// <summary>One decision as it was typed: nothing in a host or reason can make it another one.</summary>
    public static HostRuleList Of(string host, PeerVerdict? verdict, string reason, FederationOptions options) =>
        Subject(host.Trim(), options) is { } subject
            ? new HostRuleList([new HostRuleChange(subject, verdict, Short(reason))], [])
            : new HostRuleList([], [Short(host)]);

    /// <summary>Writes decisions down so that <see cref="Read"/> reads the same.</summary>
    public static string Write(IEnumerable<HostRuleChange> changes)
    {
        var text = new StringBuilder("#domain,#severity,#public_comment\n");
        foreach (var change in changes)
        {
            var severity = change.Verdict switch
            {
                PeerVerdict.Allow => "allow",
                PeerVerdict.Hide => "silence",
                PeerVerdict.Refuse => "suspend",
                _ => "none",
            };
            var reason = change.Reason.Replace("\"", "\"\"", StringComparison.Ordinal);
            text.Append(change.Subject).Append(',').Append(severity).Append(",\"").Append(reason).Append("\"\n");
        }

        return text.ToString();
    }

    private static (bool IsKnown, PeerVerdict? Verdict) Verdict(string severity, PeerVerdict otherwise) =>
        severity.ToLowerInvariant() switch
        {
            "" => (true, otherwise),
            "suspend" => (true, PeerVerdict.Refuse),
            "silence" => (true, PeerVerdict.Hide),
            "allow" => (true, PeerVerdict.Allow),
            "none" => (true, null),
            // Mastodon's "noop" refuses media or reports only; there is nothing like it here.
            _ => (false, null),
        };

    private static string? Subject(string typed, FederationOptions options)
    {
        if (typed == PeerRule.Everyone)
        {
            return typed;
        }

        var host = typed.StartsWith("*.", StringComparison.Ordinal) ? typed[2..] : typed;
        return host.Length > 0 && host.AsSpan().IndexOfAny(NoHost) < 0
            && CanonicalAuthority.Parse($"https://{host}/", options) is { } uri
            && uri.Authority != options.Origin.Authority
            ? uri.Authority
            : null;
    }

    private static string Short(string text) => SafeHtml.OneLine(text, MaxReason);

    // RFC 4180; a quote that is not closed ends with the text.
    private static IEnumerable<IReadOnlyList<string>> Records(string text)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && cell.Length == 0)
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString().Trim().Trim('\uFEFF'));
                cell.Clear();
                if (c == '\n')
                {
                    if (cells.Any(one => one.Length > 0))
                    {
                        yield return cells;
                    }

                    cells = [];
                }
            }
            else
            {
                cell.Append(c);
            }
        }
    }
}
