using System.Text;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>
/// Whether a name says that it is a government body's (CONTRACT.md §8.2), also when it is written with
/// letters that look alike, marks on the letters, signs between them or one letter wrong. The words are in
/// <c>government-names.txt</c>; the names of bodies are what this node knows: its own organisations, those it
/// recognises and the register. Immutable.
/// </summary>
internal sealed class GovernmentNames
{
    private const int LongEnough = 8;
    private const int MostRead = 200;

    private static readonly ILookup<string, string> Words = ReadWords();
    private static readonly string[] Anywhere = [.. Words["anywhere"].Select(Joined)];
    private static readonly string[][] Phrases = [.. Words["word"].Select(phrase => Folded(phrase).ToArray())];
    private static readonly HashSet<string> Alone = Set("alone");
    private static readonly HashSet<string> Roles = Set("role");
    private static readonly HashSet<string> Beside = Set("beside");
    private static readonly HashSet<string> Filler = Set("filler");
    private static readonly string[] Harmless = [.. Words["harmless"].Select(Joined)];

    private static readonly HashSet<string> Bodies =
        [.. Alone, .. Phrases.Where(words => words.Length == 1).Select(words => words[0])];

    // What may stand before or after the name of a place when nothing separates them, as in a handle.
    private static readonly string[] Glued = [.. Beside.Concat(Bodies).Concat(Filler).Distinct()];

    private static readonly char[] BetweenWords = [' ', '-', '_', '.', ',', '(', ')', '/', '|'];

    private static readonly HashSet<ulong> NearWords = Near(Anywhere);

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly string[] longNames;
    private readonly HashSet<ulong> nearNames;
    private readonly HashSet<string> places = new(StringComparer.Ordinal);
    private readonly HashSet<string> ownPlaces = new(StringComparer.Ordinal);
    private readonly HashSet<string> trustedHosts;

    /// <summary>Knows no body by its name.</summary>
    public static GovernmentNames Unaided { get; } = new([], [], []);

    /// <summary>Knows bodies by their names too.</summary>
    /// <param name="known">Names of organisations of here, and of those that are recognised here.</param>
    /// <param name="registered">Names in the register of government bodies.</param>
    /// <param name="trustedHosts">Where recognised organisations are: those hosts are what they seem.</param>
    public GovernmentNames(
        IEnumerable<string> known, IEnumerable<string> registered, IEnumerable<string> trustedHosts)
    {
        this.trustedHosts = trustedHosts.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var contained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, isOwn) in known.Select(name => (name, true)).Concat(registered.Select(n => (n, false))))
        {
            var words = Meaning(Folded(name));
            if (words.Count == 0 || string.Concat(words).Length < 3)
            {
                continue;
            }

            names.Add(Key(words));
            if (words.Count > 1 && string.Concat(words) is { Length: > LongEnough } joined)
            {
                contained.Add(joined);
                contained.Add(Joined(name));
            }

            // "Gemeente Waterveen" has a place; a body without a kind, such as "Abrona", is one as a whole.
            var place = string.Concat(words.Where(word => !SaysKind(word)));
            if (place.Length >= 3 && (words.Count > 1 || isOwn))
            {
                places.Add(place);
                if (isOwn)
                {
                    ownPlaces.Add(place);
                }
            }
        }

        longNames = [.. contained];
        nearNames = Near(longNames);
    }

    /// <summary>Whether somebody's name, handle or host says so.</summary>
    /// <param name="name">The name that people read: any text.</param>
    /// <param name="handle">The part of the handle before the host; null for none.</param>
    /// <param name="host">The host of elsewhere; null for somebody of here.</param>
    public bool AreSaidBy(string name, string? handle = null, string? host = null) =>
        Says(name) || (handle is { Length: > 0 } && handle != name && Says(handle))
        || (host is not null && !trustedHosts.Contains(host) && HostSays(host));

    private bool Says(string text)
    {
        var cut = text.Length > MostRead ? text[..MostRead] : text;
        var all = Folded(cut);
        var words = all.Where(word => !IsHarmless(word)).ToList();
        var joined = string.Concat(words);
        return joined.Length > 1
            && (SaysKind(joined) || words.Any(word => word.Length >= LongEnough && IsNear(word, NearWords))
                || Phrases.Any(phrase => Contains(words, phrase)) || SaysRole(words) || SaysAlone(cut, words)
                || NamesBody(words, joined));
    }

    private static bool SaysKind(string joined) =>
        Array.Exists(Anywhere, word => joined.Contains(word, StringComparison.Ordinal));

    // "Jan Burgemeester" has that for a name.
    private bool SaysRole(List<string> words)
    {
        var at = words.FindIndex(Roles.Contains);
        return at >= 0 && !(words.Count == 2 && at == 1 && !Beside.Contains(words[0]) && !Filler.Contains(words[0])
            && !places.Contains(words[0]));
    }

    // "DUO", "Duo hulp", "Jan (DUO)", "Gem. Zuiderdam"; not "het duo Peppi en Kokki", nor who is called Rijk or Gem.
    private static bool SaysAlone(string text, List<string> words)
    {
        var meaning = Meaning(words);
        return (meaning.Exists(word => Alone.Contains(word)) && meaning.TrueForAll(IsTelling))
            || (words is ["gem", _, ..] && text.TrimStart().AsSpan(3).StartsWith('.'))
            || (text.Any(char.IsLower) && text.Split(BetweenWords, StringSplitOptions.RemoveEmptyEntries).Any(
                word => word.Length is > 2 and < 5 && word.All(char.IsUpper) && Alone.Contains(Joined(word))));
    }

    private static bool IsTelling(string word) => Alone.Contains(word) || Beside.Contains(word);

    private bool NamesBody(List<string> words, string joined)
    {
        var meaning = Meaning(words);
        if (meaning.Count == 0)
        {
            return false;
        }

        return names.Contains(Key(meaning)) || ownPlaces.Contains(joined) || ownPlaces.Contains(string.Concat(meaning))
            || (meaning.Exists(IsTelling)
                && places.Contains(string.Concat(meaning.Where(word => !IsTelling(word)))))
            || Array.Exists(longNames, name => joined.Contains(name, StringComparison.Ordinal))
            || (joined.Length >= LongEnough && (IsNear(joined, nearNames) || IsNear(string.Concat(meaning), nearNames)))
            || IsGlued(joined, isTold: false, isBody: false, depth: 0);
    }

    // "gemwaterveen", "waterveeninfo", "uwvhulp".
    private bool IsGlued(string joined, bool isTold, bool isBody, int depth)
    {
        if ((isTold && places.Contains(joined)) || (isTold && Bodies.Contains(joined))
            || (isBody && Beside.Contains(joined)))
        {
            return true;
        }

        if (depth == 3 || joined.Length < 3)
        {
            return false;
        }

        foreach (var word in Glued.Where(word => word.Length < joined.Length))
        {
            var (tells, body) = (isTold || !Filler.Contains(word), isBody || Bodies.Contains(word));
            if ((joined.StartsWith(word, StringComparison.Ordinal)
                    && IsGlued(joined[word.Length..], tells, body, depth + 1))
                || (joined.EndsWith(word, StringComparison.Ordinal)
                    && IsGlued(joined[..^word.Length], tells, body, depth + 1)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HostSays(string host)
    {
        var words = Folded(host).Where(word => !IsHarmless(word)).ToList();
        var joined = string.Concat(words);
        return SaysKind(joined) || Phrases.Any(phrase => phrase.Length == 1 && words.Contains(phrase[0]))
            || Array.Exists(longNames, name => joined.Contains(name, StringComparison.Ordinal));
    }

    private static bool IsHarmless(string word) =>
        Array.Exists(Harmless, harmless => word.StartsWith(harmless, StringComparison.Ordinal));

    private static List<string> Meaning(List<string> words) => [.. words.Where(word => !Filler.Contains(word))];

    private static string Key(List<string> words) => string.Join(' ', words.Order(StringComparer.Ordinal));

    private static bool Contains(List<string> words, string[] phrase)
    {
        for (var at = 0; at + phrase.Length <= words.Count; at++)
        {
            if (words.Skip(at).Take(phrase.Length).SequenceEqual(phrase, StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // Words that differ by one letter, or two that changed places, have a form in common that lacks one letter.
    private static HashSet<ulong> Near(IEnumerable<string> words) =>
        words.Where(word => word.Length >= LongEnough).SelectMany(Shortened).ToHashSet();

    private static bool IsNear(string word, HashSet<ulong> near) => Shortened(word).Any(near.Contains);

    private static IEnumerable<ulong> Shortened(string word)
    {
        yield return Hash(word, -1);
        for (var without = 0; without < word.Length; without++)
        {
            yield return Hash(word, without);
        }
    }

    // FNV-1a: small, and the same in each process.
    private static ulong Hash(string word, int without)
    {
        var hash = 14_695_981_039_346_656_037UL;
        for (var at = 0; at < word.Length; at++)
        {
            if (at != without)
            {
                hash = (hash ^ word[at]) * 1_099_511_628_211UL;
            }
        }

        return hash;
    }

    private static string Joined(string text) => string.Concat(Folded(text));

    private static List<string> Folded(string text) => LookalikeLetters.Words(text);

    private static HashSet<string> Set(string section) => Words[section].Select(Joined).ToHashSet();

    private static ILookup<string, string> ReadWords()
    {
        using var stream = typeof(GovernmentNames).Assembly.GetManifestResourceStream("government-names.txt")
            ?? throw new InvalidOperationException("The words of government bodies are not in the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (section, words) = ("", new List<(string Section, string Word)>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                section = line[1..line.IndexOf(']', StringComparison.Ordinal)];
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                words.Add((section, line));
            }
        }

        return words.ToLookup(one => one.Section, one => one.Word, StringComparer.Ordinal);
    }
}
