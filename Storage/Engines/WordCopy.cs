namespace Ontmoetingsplein.Storage.Engines;

/// <summary>Makes the word index anew from the texts: each engine keeps its own.</summary>
internal static class WordCopy
{
    private const int BatchRows = 500;

    public static async Task RebuildAsync(
        Database database, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            w =>
            {
                w.Execute("delete from question_words");
                w.Execute("delete from answer_words");
            }, cancellationToken);
        await EachAsync(
            "questions", "title", (w, row) =>
                w.Words.Replace(w, new QuestionId(row.Id), row.Title, PlainText.Of(row.BodyHtml)));
        await EachAsync(
            "answers", "'' as title", (w, row) => w.Words.Replace(w, new AnswerId(row.Id), PlainText.Of(row.BodyHtml)));

        async Task EachAsync(string table, string title, Action<Writing, Text> put)
        {
            var total = await database.FirstAsync<long>(
                $"select count(*) from {table} where deleted_at is null", null, cancellationToken);
            var (after, done) = (long.MinValue, 0L);
            while (true)
            {
                var rows = await database.QueryAsync<Text>(
                    $"select id, {title}, body_html from {table} where deleted_at is null and id > @after"
                    + " order by id limit @BatchRows", new { after, BatchRows }, cancellationToken);
                if (rows.Count == 0)
                {
                    return;
                }

                await database.WriteAsync(
                    w =>
                    {
                        foreach (var row in rows)
                        {
                            put(w, row);
                        }
                    }, cancellationToken);
                after = rows[^1].Id;
                done += rows.Count;
                progress?.Report(new MoveProgress($"words of {table}", done, total, Comparing: false));
            }
        }
    }

    private sealed record Text
    {
        public required long Id { get; init; }

        public required string Title { get; init; }

        public required string BodyHtml { get; init; }
    }
}
