namespace Ontmoetingsplein.Storage.SetAside;

/// <summary>What can be set aside.</summary>
public enum SetAsideKind
{
    /// <summary>A mail that could not be sent.</summary>
    Mail = 0,

    /// <summary>A received activity that could not be handled.</summary>
    Activity = 1,
}

/// <summary>
/// Something that failed for good while this node worked by itself. It waits for an administrator, who tries it again
/// or drops it.
/// </summary>
public sealed record SetAsideItem
{
    /// <summary>Its number in this list; 0 before it is added.</summary>
    public long Id { get; init; }

    /// <summary>What it is.</summary>
    public SetAsideKind Kind { get; init; }

    /// <summary>Number of the mail or activity.</summary>
    public long ItemId { get; init; }

    /// <summary>Subject of the mail, type of the activity.</summary>
    public string Title { get; init; } = "";

    /// <summary>Whom the mail is for, who sent the activity.</summary>
    public string Party { get; init; } = "";

    /// <summary>Why it failed, one line.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>From when it is worth nothing; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was set aside.</summary>
    public DateTimeOffset At => IdSource.MomentOf(Id);

    /// <summary>Whether trying it again makes sense.</summary>
    /// <param name="now">The moment.</param>
    public bool MayBeTried(DateTimeOffset now) => ExpiresAt is not { } end || end > now;
}

/// <summary>Keeps what was set aside; for thirty days.</summary>
/// <param name="database">Where.</param>
public sealed class SetAsideStore(Database database)
{
    private const string Columns = "id, kind, item_id, title, party, reason, attempts, expires_at";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>How many there are, counted up to a number.</summary>
    /// <param name="most">No further than this.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<int> CountAsync(int most, CancellationToken cancellationToken = default) =>
        database.FirstAsync<int>(
            "select count(*) from (select 1 from set_aside limit @most) counted", new { most }, cancellationToken);

    /// <summary>Lists them, newest first.</summary>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<SetAsideItem>> ListAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        Page<SetAsideItem>.Of(
            await database.QueryAsync<SetAsideItem>(
                $"select {Columns} from set_aside where id < @before order by id desc limit @limit",
                new { before = page.BeforeOrMax, limit = page.Size + 1 }, cancellationToken),
            page.Size, item => item.Id);

    /// <summary>All there are, oldest first.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="after">Only those after this one; 0 for the first.</param>
    /// <param name="before">Only those that were set aside before this id was made.</param>
    /// <param name="max">How many at most.</param>
    public static IReadOnlyList<long> List(Writing writing, long after, long before, int max) => writing.Query<long>(
        "select id from set_aside where id > @after and id < @before order by id limit @max",
        new { after, before, max });

    /// <summary>Those that were set aside thirty days ago.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="max">How many at most.</param>
    public static IReadOnlyList<long> ListOld(Writing writing, int max) => writing.Query<long>(
        "select id from set_aside where id < @limit order by id limit @max",
        new { limit = IdSource.FirstAt(writing.Now - Kept), max });

    /// <summary>Finds one, and keeps others off it until the change ends.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Its number in this list.</param>
    public static SetAsideItem? Find(Writing writing, long id) => writing.First<SetAsideItem>(
        $"select {Columns} from set_aside where id = @id {writing.ForUpdate}", new { id });

    /// <summary>Takes one off the list; what becomes of the mail or activity is up to the caller.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Its number in this list.</param>
    public static void Remove(Writing writing, long id) =>
        writing.Execute("delete from set_aside where id = @id", new { id });

    internal static void Add(Writing writing, SetAsideItem item) => writing.Execute(
        $"""
        insert into set_aside ({Columns})
        values (@id, @kind, @ItemId, @Title, @Party, @Reason, @Attempts, @ExpiresAt)
        on conflict do nothing
        """, new
        {
            id = writing.Ids.Next(),
            kind = (int)item.Kind,
            item.ItemId,
            item.Title,
            item.Party,
            item.Reason,
            item.Attempts,
            item.ExpiresAt,
        });
}
