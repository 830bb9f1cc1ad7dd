namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>An activity as it is sent; it never changes.</summary>
internal sealed record SentActivity
{
    public required long Id { get; init; }

    public required string Uri { get; init; }

    public required string Type { get; init; }

    public required byte[] Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The activities that were sent last: one that goes to many hosts is read once. Thread-safe.</summary>
internal sealed class RecentActivities
{
    private const int Most = 256;

    // By number, which grows with time: the first is the oldest.
    private readonly SortedDictionary<long, SentActivity> kept = [];
    private readonly Lock gate = new();

    /// <summary>Finds activities by number; those that were withdrawn may be missing.</summary>
    public Dictionary<long, SentActivity> Find(Writing w, IEnumerable<long> ids)
    {
        var found = new Dictionary<long, SentActivity>();
        var missing = new List<long>();
        lock (gate)
        {
            foreach (var id in ids.Distinct())
            {
                if (kept.TryGetValue(id, out var activity))
                {
                    found.Add(id, activity);
                }
                else
                {
                    missing.Add(id);
                }
            }
        }

        if (missing.Count > 0)
        {
            var read = w.Query<SentActivity>(
                $"select id, uri, type, body, created_at from activities where id {w.In("missing")}",
                new { missing = w.List(missing) });
            lock (gate)
            {
                foreach (var activity in read)
                {
                    found.Add(activity.Id, activity);
                    kept[activity.Id] = activity;
                }

                while (kept.Count > Most)
                {
                    kept.Remove(kept.Keys.First());
                }
            }
        }

        return found;
    }
}
