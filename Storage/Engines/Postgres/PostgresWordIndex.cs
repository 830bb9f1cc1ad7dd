namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>
/// Full-text search with word vectors; the words are made by <see cref="WordList"/>, not by the server.
/// </summary>
internal sealed class PostgresWordIndex : WordIndex
{
    // No letter or digit, so that no word begins with it.
    private const char InTitle = '=';

    // By itself, so that the server does not walk through the rows in their order until enough are found.
    private const string Found =
        "with found as materialized (select id from question_words where words @@ cast(@words as tsquery))";

    public override WordSelect Questions { get; } = Newest("question_words");

    public override WordSelect Answers { get; } = Newest("answer_words");

    public override WordSelect RareQuestions { get; } =
        new($"{Found} select id from found order by id desc limit @candidates");

    public override string OftenSql => $"{Found} select id from found limit 1 offset @many";

    public override string? ManyQuestionsSql => null;

    public override string? ManyAnswersSql => null;

    public override void Replace(Writing writing, QuestionId question, string title, string body)
    {
        var inTitle = WordList.Of(title);
        Put(writing, "question_words", question.Value,
            [.. WordList.Of(body).Union(inTitle), .. inTitle.Select(word => InTitle + word)]);
    }

    public override void Replace(Writing writing, AnswerId answer, string body) =>
        Put(writing, "answer_words", answer.Value, [.. WordList.Of(body)]);

    public override void Remove(Writing writing, QuestionId question) =>
        writing.Prepare("delete from question_words where id = @id", "id").Execute(question.Value);

    public override void Remove(Writing writing, AnswerId answer) =>
        writing.Prepare("delete from answer_words where id = @id", "id").Execute(answer.Value);

    public override string Match(
        IReadOnlyList<string> terms, bool all, bool titleOnly, IReadOnlySet<string> common) =>
        // Terms are letters and digits only, so nothing in them can end the quotes.
        string.Join(all ? " & " : " | ", terms.Select(term => $"'{(titleOnly ? InTitle : "")}{term}':*"));

    private static void Put(Writing writing, string table, long id, string[] words) => writing
        .Prepare(
            $"""
            insert into {table} (id, words) values (@id, array_to_tsvector(@words))
            on conflict (id) do update set words = excluded.words
            """, "id", "words")
        .Execute(id, words);

    // The index knows no order: a common word would be fetched in all its rows to find the newest. So the newest rows
    // are looked through first, and the index is asked only for words that are rare among them. The "offset 0" keeps
    // the order away from that: the server would walk back through all rows instead, for a word that none has.
    private static WordSelect Newest(string table) => new(
        $"""
        select id from (select id, words from {table} order by id desc limit 4000) newest
        where words @@ cast(@words as tsquery) order by id desc limit @candidates
        """,
        $"""
        select id from (select id from {table} where words @@ cast(@words as tsquery) offset 0) found
        where id < (select min(id) from (select id from {table} order by id desc limit 4000) newest)
        order by id desc limit @candidates
        """);
}
