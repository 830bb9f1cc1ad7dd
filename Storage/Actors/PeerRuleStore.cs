namespace Ontmoetingsplein.Storage.Actors;

/// <summary>Keeps what was decided about hosts elsewhere, and carries it through.</summary>
/// <param name="database">Where.</param>
public sealed class PeerRuleStore(Database database)
{
    /// <summary>Signal: a decision changed.</summary>
    public const string Signal = "peer-rules";

    private const int AtOnce = 500;

    private const string Select = "select subject, verdict, reason, created_at from peer_rules";

    private const string KnownHosts =
        "select host from actors where host is not null union select host from peers order by host";

    /// <summary>All decisions, by subject.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<PeerRule>> ListAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<PeerRule>($"{Select} order by subject", null, cancellationToken);

    /// <summary>The verdict that holds for a host.</summary>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<PeerVerdict> JudgeAsync(string host, CancellationToken cancellationToken = default)
    {
        var rules = await database.QueryAsync<PeerRule>(
            $"{Select} where subject {database.Engine.In("subjects")}",
            new { subjects = database.Engine.List(PeerRule.SubjectsOf(host)) }, cancellationToken);
        return PeerRule.Judge(BySubject(rules), host);
    }

    /// <summary>The hosts that this node knows anything of.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListKnownHostsAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(KnownHosts, null, cancellationToken);

    /// <summary>What there is here of some hosts.</summary>
    /// <param name="hosts">Authorities in canonical form, exactly.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>One for each of them, in their order.</returns>
    public async Task<IReadOnlyList<PeerStake>> MeasureAsync(
        IReadOnlyList<string> hosts, CancellationToken cancellationToken = default)
    {
        var of = database.Engine.In("hosts");
        var sql = $"""
            select a.host, 0 as kind, count(*) as number from follows f join actors a on a.id = f.follower_id
              where a.host {of} group by a.host
            union all select a.host, 1, count(*) from follows f join actors a on a.id = f.target_id
              where a.host {of} group by a.host
            union all select a.host, 2, count(*) from questions q join actors a on a.id = q.author_id
              where a.host {of} and q.deleted_at is null group by a.host
            union all select a.host, 3, count(*) from answers r join actors a on a.id = r.author_id
              where a.host {of} and r.deleted_at is null group by a.host
            union all select d.host, 4, count(*) from deliveries d where d.host {of} group by d.host
            """;
        var stakes = new List<PeerStake>();
        foreach (var some in hosts.Chunk(AtOnce))
        {
            var counts = (await database.QueryAsync<Count>(
                sql, new { hosts = database.Engine.List(some) }, cancellationToken))
                .ToDictionary(count => (count.Host, count.Kind), count => count.Number);
            long Number(string host, int kind) => counts.GetValueOrDefault((host, kind));
            stakes.AddRange(some.Select(host => new PeerStake(
                host, Number(host, 0), Number(host, 1), Number(host, 2), Number(host, 3), Number(host, 4))));
        }

        return stakes;
    }

    /// <summary>Decides about a host; replaces what was decided before.</summary>
    /// <param name="writing">The change; <see cref="Apply"/> carries it through.</param>
    /// <param name="subject">As in <see cref="PeerRule.Subject"/>.</param>
    /// <param name="verdict">What.</param>
    /// <param name="reason">Why.</param>
    public static void Put(Writing writing, string subject, PeerVerdict verdict, string reason) => writing.Execute(
        """
        insert into peer_rules (subject, verdict, reason, created_at) values (@subject, @verdict, @reason, @Now)
        on conflict (subject) do update set verdict = excluded.verdict, reason = excluded.reason,
          created_at = excluded.created_at
        """, new { subject, verdict = (int)verdict, reason, writing.Now });

    /// <summary>Takes a decision back.</summary>
    /// <param name="writing">The change; <see cref="Apply"/> carries it through.</param>
    /// <param name="subject">As in <see cref="PeerRule.Subject"/>.</param>
    /// <returns>False when there was none.</returns>
    public static bool Remove(Writing writing, string subject) =>
        writing.Execute("delete from peer_rules where subject = @subject", new { subject }) == 1;

    /// <summary>The verdict on a host, as the change sees it.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority in canonical form.</param>
    public static PeerVerdict Judge(Writing writing, string host) => PeerRule.Judge(
        BySubject(writing.Query<PeerRule>(
            $"{Select} where subject {writing.In("subjects")}",
            new { subjects = writing.List(PeerRule.SubjectsOf(host)) })), host);

    /// <summary>
    /// Carries the decisions through: every known actor gets the standing that they give its host; who is refused is
    /// followed and follows no more, and what waited for refused hosts is dropped. Texts stay, unseen, and come back
    /// with a milder decision.
    /// </summary>
    /// <param name="writing">The change, after all of <see cref="Put"/> and <see cref="Remove"/>.</param>
    public static void Apply(Writing writing)
    {
        var rules = BySubject(writing.Query<PeerRule>(Select));
        foreach (var alike in writing.Query<string>(KnownHosts).GroupBy(host => (int)PeerRule.Judge(rules, host)))
        {
            foreach (var some in alike.Chunk(AtOnce))
            {
                var (of, hosts) = (writing.In("hosts"), writing.List(some));
                writing.Execute(
                    $"update actors set standing = @verdict where host {of} and standing <> @verdict",
                    new { hosts, verdict = alike.Key });
                if (alike.Key == (int)PeerVerdict.Refuse)
                {
                    writing.Execute($"delete from deliveries where host {of}", new { hosts });
                    writing.Execute($"update peers set delivery_due_at = null where host {of}", new { hosts });
                }
            }
        }

        writing.Execute(
            """
            update topics set archived_at = coalesce(archived_at, @Now)
            where actor_id in (select id from actors where standing = 2)
            """, new { writing.Now });
        writing.Execute(
            """
            delete from follows where follower_id in (select id from actors where standing = 2)
              or target_id in (select id from actors where standing = 2)
            """);
        writing.Signal(Signal);
        // Anything that is shown may hold something of those hosts.
        writing.Signal(Database.EverythingSignal);
    }

    private static Dictionary<string, PeerRule> BySubject(IReadOnlyList<PeerRule> rules) =>
        rules.ToDictionary(rule => rule.Subject, StringComparer.Ordinal);

    private sealed record Count
    {
        public required string Host { get; init; }

        public int Kind { get; init; }

        public long Number { get; init; }
    }
}
