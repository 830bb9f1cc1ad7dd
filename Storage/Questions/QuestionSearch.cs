using System.Collections.Concurrent;
using Ontmoetingsplein.Storage.Engines;

namespace Ontmoetingsplein.Storage.Questions;

/// <summary>Finds questions by the words that somebody typed.</summary>
/// <param name="database">Where.</param>
public sealed class QuestionSearch(Database database)
{
    // Ranking every match of a common word takes seconds at a million questions; the newest few hundred do not.
    private const int Candidates = 300;
    private const int MostLike = 24;
    private const int MostTerms = 12;

    // What so many have is searched as it stands; what fewer have already tells no two questions from each other.
    private const int Many = 1_000;
    private const int Telling = 100;
    private const int MostCommon = 20_000;

    // Few columns for the many that are ranked, all columns for the few that are shown.
    private const string CandidatesSql = "select q.id, q.title, q.official_count, q.answer_count from questions q";

    private const string RowsSql = $"select {QuestionStore.RowColumns} from questions q {QuestionStore.RowJoins}";

    // By the statement that asks: a word that many have does not become rare again.
    private readonly ConcurrentDictionary<(string Sql, int Many, string Word), bool> known = new();

    /// <summary>Finds the best matches: words in the title count most, then how many match, then how new.</summary>
    /// <param name="typed">As typed; any characters. Only letters and digits count, at most 12 words.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="max">How many at most, 1 to 100.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<QuestionRow>> FindAsync(
        string typed, Viewer viewer, int max, CancellationToken cancellationToken = default)
    {
        var terms = Terms(typed);
        if (terms.Count == 0)
        {
            return [];
        }

        var index = database.Engine.Words;
        var common = await CommonAsync(index.ManyQuestionsSql, terms, Many, cancellationToken);
        var matched = (await MatchAsync(all: true, titleOnly: true))
            .Union(await MatchAsync(all: true, titleOnly: false))
            .Union(await AnsweredAsync(terms, cancellationToken))
            .ToHashSet();
        var ids = new List<long>(matched);
        if (ids.Count < max && terms.Count > 1)
        {
            ids =
            [
                .. ids
                    .Union(await MatchAsync(all: false, titleOnly: true))
                    .Union(await MatchAsync(all: false, titleOnly: false)),
            ];
        }

        return await BestAsync(ids.Take(Candidates), matched, terms, viewer, max, cancellationToken);

        Task<IReadOnlyList<long>> MatchAsync(bool all, bool titleOnly) =>
            QuestionsAsync(index.Questions, terms, all, titleOnly, common, cancellationToken);
    }

    /// <summary>
    /// Finds questions whose title is like one: by the words that tell them apart, not by those that many have.
    /// </summary>
    /// <param name="title">The title.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="max">How many at most, 1 to 100; the question itself counts.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<QuestionRow>> FindSimilarAsync(
        string title, Viewer viewer, int max, CancellationToken cancellationToken = default)
    {
        var terms = Terms(title);
        if (terms.Count == 0)
        {
            return [];
        }

        var index = database.Engine.Words;
        var common = await CommonAsync(index.OftenSql, terms, Telling, cancellationToken);
        var telling = terms.Where(term => !common.Contains(term)).ToList();
        var matched = new HashSet<long>();
        var ids = new List<long>();
        if (telling.Count > 0)
        {
            matched = [.. await MatchAsync(index.RareQuestions, telling, all: true)];
            ids = [.. matched];
            if (ids.Count < max && telling.Count > 1)
            {
                ids = [.. ids.Union(await MatchAsync(index.RareQuestions, telling, all: false))];
            }
        }

        if (ids.Count < max && telling.Count < terms.Count)
        {
            ids = [.. ids.Union(await MatchAsync(index.Questions, terms, all: false))];
        }

        return await BestAsync(ids.Take(MostLike), matched, terms, viewer, max, cancellationToken);

        Task<IReadOnlyList<long>> MatchAsync(WordSelect select, IReadOnlyList<string> words, bool all) =>
            QuestionsAsync(select, words, all, titleOnly: true, common, cancellationToken);
    }

    private async Task<IReadOnlyList<QuestionRow>> BestAsync(
        IEnumerable<long> ids, HashSet<long> matched, IReadOnlyList<string> terms, Viewer viewer, int max,
        CancellationToken cancellationToken)
    {
        var best = (await SeenAsync<Candidate>(CandidatesSql, ids, viewer, cancellationToken))
            .OrderByDescending(row => (matched.Contains(row.Id) ? 100 : 0) + (10 * Hits(row.Title, terms))
                + (row.OfficialCount > 0 ? 3 : 0) + (row.AnswerCount > 0 ? 2 : 0))
            .ThenByDescending(row => row.Id)
            .Take(max)
            .Select(row => row.Id)
            .ToList();
        var rows = await SeenAsync<QuestionRow>(RowsSql, best, viewer, cancellationToken);
        return [.. rows.OrderBy(row => best.IndexOf(row.Id.Value))];
    }

    internal static IReadOnlyList<string> Terms(string typed)
    {
        var telling = WordList.Of(typed[..Math.Min(typed.Length, 500)]).Where(word => word.Length > 1).ToList();
        var content = telling.Where(word => !StopWords.Contains(word)).ToList();
        return [.. (content.Count > 0 ? content : telling).Take(MostTerms)];
    }

    private static readonly HashSet<string> StopWords = new(StringComparer.Ordinal)
    {
        "aan", "als", "bij", "dan", "dat", "de", "den", "der", "deze", "die", "dit", "door", "een", "en", "er", "haar",
        "het", "hij", "hoe", "ik", "in", "is", "je", "kan", "maar", "me", "met", "mijn", "moet", "na", "naar", "niet",
        "nog", "of", "om", "onze", "ook", "op", "over", "te", "tot", "uit", "uw", "van", "voor", "waar", "wanneer",
        "was", "wat", "we", "wel", "wie", "wij", "wordt", "ze", "zelf", "zich", "zijn", "zo", "the", "and", "how", "do",
        "for", "what", "where", "when", "can", "my", "to",
    };

    private static int Hits(string title, IReadOnlyList<string> terms)
    {
        var words = WordList.Of(title);
        return terms.Count(term => words.Any(word => word.StartsWith(term, StringComparison.Ordinal)));
    }

    private Task<IReadOnlyList<T>> SeenAsync<T>(
        string sql, IEnumerable<long> ids, Viewer viewer, CancellationToken cancellationToken) =>
        database.QueryAsync<T>(
            $"{sql} where q.id {database.Engine.In("ids")} and q.deleted_at is null and {Visibility.Of("q")}",
            new { ids = database.Engine.List(ids), viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 },
            cancellationToken);

    private Task<IReadOnlyList<long>> QuestionsAsync(
        WordSelect select, IReadOnlyList<string> terms, bool all, bool titleOnly, IReadOnlySet<string> common,
        CancellationToken cancellationToken) =>
        FoundAsync(select, database.Engine.Words.Match(terms, all, titleOnly, common), cancellationToken);

    private async Task<IReadOnlyList<long>> FoundAsync(
        WordSelect select, string words, CancellationToken cancellationToken)
    {
        var values = new { words, candidates = Candidates };
        var newest = await database.QueryAsync<long>(select.Sql, values, cancellationToken);
        return select.OlderSql is null || newest.Count >= WordSelect.Enough
            ? newest
            :
            [
                .. newest.Concat(await database.QueryAsync<long>(select.OlderSql, values, cancellationToken))
                    .Take(Candidates),
            ];
    }

    // Only answers for everyone lead to their question, or a search would tell what an organisation keeps to itself.
    private async Task<IReadOnlyList<long>> AnsweredAsync(
        IReadOnlyList<string> terms, CancellationToken cancellationToken)
    {
        var index = database.Engine.Words;
        var common = await CommonAsync(index.ManyAnswersSql, terms, Many, cancellationToken);
        var found = await FoundAsync(
            index.Answers, index.Match(terms, all: true, titleOnly: false, common), cancellationToken);
        return found.Count == 0
            ? []
            : await database.QueryAsync<long>(
                "select distinct question_id from answers where audience = 0 and deleted_at is null and id"
                + $" {database.Engine.In("found")}",
                new { found = database.Engine.List(found) }, cancellationToken);
    }

    private async Task<IReadOnlySet<string>> CommonAsync(
        string? manySql, IReadOnlyList<string> terms, int many, CancellationToken cancellationToken)
    {
        var common = new HashSet<string>(StringComparer.Ordinal);
        foreach (var term in manySql is null ? [] : terms)
        {
            if (known.ContainsKey((manySql!, many, term)))
            {
                common.Add(term);
                continue;
            }

            var words = database.Engine.Words.Match(
                [term], all: true, titleOnly: false, new HashSet<string>(StringComparer.Ordinal) { term });
            if (await database.FirstAsync<long?>(manySql!, new { words, many }, cancellationToken) is not null)
            {
                common.Add(term);
                if (known.Count < MostCommon)
                {
                    known[(manySql!, many, term)] = true;
                }
            }
        }

        return common;
    }

    private sealed record Candidate
    {
        public required long Id { get; init; }

        public required string Title { get; init; }

        public required int OfficialCount { get; init; }

        public required int AnswerCount { get; init; }
    }
}
