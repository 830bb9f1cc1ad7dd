namespace Ontmoetingsplein.Storage;

/// <summary>A request for one page of a list that is ordered by id, newest first (keyset paging).</summary>
/// <param name="Before">Only ids below this one; null for the newest.</param>
/// <param name="Size">Number of rows, 1 to 100.</param>
public readonly record struct PageRequest(long? Before, int Size)
{
    /// <summary>The newest rows.</summary>
    /// <param name="size">How many, 1 to 100.</param>
    public static PageRequest Newest(int size) => new(null, size);

    internal long BeforeOrMax => Before ?? long.MaxValue;
}

/// <summary>One page.</summary>
/// <typeparam name="T">What it lists.</typeparam>
/// <param name="Items">In order; at most the size asked for.</param>
/// <param name="Next">The <see cref="PageRequest.Before"/> of the following page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next)
{
    /// <summary>Makes a page of rows that were read one further than asked.</summary>
    internal static Page<T> Of(IReadOnlyList<T> rows, int size, Func<T, long> key) =>
        rows.Count > size ? new([.. rows.Take(size)], key(rows[size - 1])) : new(rows, null);
}
