namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>Many rows in one statement: a column is an array.</summary>
internal static class PostgresInsert
{
    public static IReadOnlySet<long> Run(Writing writing, InsertRows rows) =>
        writing.Prepare(Sql(rows.Insert, ""), [.. rows.Insert.Parameters]).Numbers(Values(rows));

    /// <summary>Into two tables in one statement.</summary>
    public static IReadOnlySet<long> RunBoth(Writing writing, InsertRows first, InsertRows second) => writing
        .Prepare(
            $"with other as ({Sql(second.Insert, "other_")}) {Sql(first.Insert, "")}",
            [.. first.Insert.Parameters, .. second.Insert.Parameters.Select(name => "other_" + name)])
        .Numbers([.. Values(first), .. Values(second)]);

    private static string Sql(BatchInsert insert, string prefix)
    {
        var arrays = string.Join(", ", insert.Parameters.Select(name => $"@{prefix}{name}"));
        var returning = insert.TellsNew ? $" returning {insert.Columns[0].Name}" : "";
        return $"insert into {insert.Table} ({insert.Names}) select * from unnest({arrays}) {insert.Tail}{returning}";
    }

    private static object?[] Values(InsertRows rows)
    {
        var values = new object?[rows.Insert.Columns.Count];
        for (var column = 0; column < values.Length; column++)
        {
            var place = column;
            values[column] = rows.Insert.Columns[column].Type switch
            {
                ColumnType.Int => Array.ConvertAll([.. rows.Rows], row => (long?)row[place]),
                ColumnType.Text => Array.ConvertAll([.. rows.Rows], row => (string?)StoredText.Clean(row[place])),
                _ => (object)Array.ConvertAll([.. rows.Rows], row => (byte[]?)row[place]),
            };
        }

        return values;
    }
}
