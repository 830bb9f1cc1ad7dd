namespace Ontmoetingsplein.Storage.Settings;

/// <summary>Keeps what the administrator sets while the node runs, and the keys of ASP.NET data protection.</summary>
/// <param name="database">Where.</param>
public sealed class SettingStore(Database database)
{
    /// <summary>All settings by name.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyDictionary<string, string>> ListAsync(CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<NameAndValue>(
            "select name, value from settings", null, cancellationToken);
        return rows.ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
    }

    /// <summary>One setting, or null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<string?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        database.FirstAsync<string>(
            "select value from settings where name = @name", new { name }, cancellationToken);

    /// <summary>Counts what there is here, one by one: keep the result for a while.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<NodeCounts> CountAsync(CancellationToken cancellationToken = default) =>
        await database.FirstAsync<NodeCounts>(
            """
            select (select count(*) from accounts) as accounts,
              (select count(*) from questions where is_local = 1 and audience = 0 and deleted_at is null) as questions,
              (select count(*) from answers where is_local = 1 and audience = 0 and deleted_at is null) as answers
            """, null, cancellationToken) ?? new NodeCounts();

    /// <summary>The XML elements of data protection keys.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListDataProtectionKeysAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(
            "select xml from data_protection_keys order by created_at", null, cancellationToken);

    /// <summary>One setting as seen by a change, or null.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Its name.</param>
    public static string? Find(Writing writing, string name) =>
        writing.First<string>("select value from settings where name = @name", new { name });

    /// <summary>Sets one; null removes it.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public static void Set(Writing writing, string name, string? value)
    {
        writing.Execute(
            value is null
                ? "delete from settings where name = @name"
                : "insert into settings (name, value) values (@name, @value)"
                  + " on conflict (name) do update set value = excluded.value",
            new { name, value });
        writing.Signal("settings");
    }

    /// <summary>Sets one, unless it is set.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, if it has none.</param>
    /// <returns>The value that it has now.</returns>
    public static string SetOnce(Writing writing, string name, string value)
    {
        writing.Execute(
            "insert into settings (name, value) values (@name, @value) on conflict (name) do nothing",
            new { name, value });
        return Find(writing, name) ?? value;
    }

    /// <summary>Keeps a data protection key.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Its friendly name.</param>
    /// <param name="xml">Its XML element.</param>
    public static void AddDataProtectionKey(Writing writing, string name, string xml) => writing.Execute(
        "insert into data_protection_keys (name, xml, created_at) values (@name, @xml, @Now) on conflict do nothing",
        new { name, xml, writing.Now });

    private sealed record NameAndValue
    {
        public required string Name { get; init; }

        public required string Value { get; init; }
    }
}
