namespace Ontmoetingsplein.Storage.Engines;

/// <summary>What a column holds.</summary>
internal enum ColumnType
{
    /// <summary>A 64-bit integer.</summary>
    Int,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}

/// <summary>An insert of many rows, which each engine has a fast way for.</summary>
/// <param name="Table">Into which table.</param>
/// <param name="Columns">Its columns, in the order of the values.</param>
/// <param name="Tail">What follows the values: on conflict.</param>
/// <param name="TellsNew">
/// The first column is a key; the keys of the rows that were added are asked. Then the tail changes no row.
/// </param>
internal sealed record BatchInsert(
    string Table, IReadOnlyList<(string Name, ColumnType Type)> Columns, string Tail, bool TellsNew = false)
{
    /// <summary>The names of the columns, for the list after the table.</summary>
    public string Names { get; } = string.Join(", ", Columns.Select(column => column.Name));

    public IReadOnlyList<string> Parameters { get; } = [.. Columns.Select(column => column.Name)];
}

/// <summary>An insert with its rows.</summary>
/// <param name="Insert">Into what.</param>
/// <param name="Rows">At least one, each in the order of the columns.</param>
internal sealed record InsertRows(BatchInsert Insert, IReadOnlyList<object?[]> Rows);
