namespace Ontmoetingsplein.Storage.Engines.Sqlite;

/// <summary>Full-text search with FTS5.</summary>
internal sealed class SqliteWordIndex : WordIndex
{
    public override WordSelect Questions { get; } = Newest("question_words");

    public override WordSelect Answers { get; } = Newest("answer_words");

    public override WordSelect RareQuestions => Questions;

    public override string OftenSql { get; } = Many("question_words");

    public override string? ManyQuestionsSql => OftenSql;

    public override string? ManyAnswersSql { get; } = Many("answer_words");

    public override void Replace(Writing writing, QuestionId question, string title, string body)
    {
        Remove(writing, question);
        writing
            .Prepare(
                "insert into question_words (rowid, title, body) values (@id, @title, @body)", "id", "title", "body")
            .Execute(question.Value, Joined(title), Joined(body));
    }

    public override void Replace(Writing writing, AnswerId answer, string body)
    {
        Remove(writing, answer);
        writing
            .Prepare("insert into answer_words (rowid, body) values (@id, @body)", "id", "body")
            .Execute(answer.Value, Joined(body));
    }

    public override void Remove(Writing writing, QuestionId question) =>
        writing.Prepare("delete from question_words where rowid = @id", "id").Execute(question.Value);

    public override void Remove(Writing writing, AnswerId answer) =>
        writing.Prepare("delete from answer_words where rowid = @id", "id").Execute(answer.Value);

    // The rows of one word lie in order, so that the newest are read and no more; those of all words with a beginning
    // must all be read and merged first.
    public override string Match(
        IReadOnlyList<string> terms, bool all, bool titleOnly, IReadOnlySet<string> common)
    {
        // Terms are letters and digits only, so nothing in them can end the quotes.
        var parts = terms.Select(term => common.Contains(term) ? $"\"{term}\"" : $"\"{term}\"*");
        var query = string.Join(all ? " AND " : " OR ", parts);
        return titleOnly ? $"title : ({query})" : query;
    }

    private static WordSelect Newest(string table) =>
        new($"select rowid as id from {table} where {table} match @words order by rowid desc limit @candidates");

    private static string Many(string table) =>
        $"select rowid from {table} where {table} match @words limit 1 offset @many";

    private static string Joined(string text) => string.Join(' ', WordList.Of(text));
}
