namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>Many rows in one statement: a column is an array.</summary>
internal static class PostgresInsert
{
    public static IReadOnlySet<long> Run(Writing writing, BatchInsert insert, IReadOnlyList<object?[]> rows)
    {
        var arrays = string.Join(", ", insert.Parameters.Select(name => $"@{name}"));
        var values = new object?[insert.Columns.Count];
        for (var column = 0; column < values.Length; column++)
        {
            var place = column;
            values[column] = insert.Columns[column].Type switch
            {
                ColumnType.Int => Array.ConvertAll([.. rows], row => (long?)row[place]),
                ColumnType.Text => Array.ConvertAll([.. rows], row => (string?)StoredText.Clean(row[place])),
                _ => (object)Array.ConvertAll([.. rows], row => (byte[]?)row[place]),
            };
        }

        var returning = insert.TellsNew ? $" returning {insert.Columns[0].Name}" : "";
        return writing
            .Prepare(
                $"insert into {insert.Table} ({insert.Names}) select * from unnest({arrays}) {insert.Tail}{returning}",
                [.. insert.Parameters])
            .Numbers(values);
    }
}
