namespace Ontmoetingsplein.Storage.Actors;

/// <summary>Keeps what was decided about hosts elsewhere, and carries it through.</summary>
/// <param name="database">Where.</param>
public sealed class PeerRuleStore(Database database)
{
    /// <summary>Signal: a decision changed.</summary>
    public const string Signal = "peer-rules";

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
            new { subjects = PeerRule.SubjectsOf(host).ToArray() }, cancellationToken);
        return PeerRule.Judge(BySubject(rules), host);
    }

    /// <summary>The hosts that this node knows anything of.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListKnownHostsAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(KnownHosts, null, cancellationToken);

    /// <summary>What there is here of a host.</summary>
    /// <param name="host">Authority in canonical form, exactly.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<PeerStake> MeasureAsync(string host, CancellationToken cancellationToken = default)
    {
        const string theirs = "(select a.id from actors a where a.host = @host)";
        var row = await database.FirstAsync<StakeRow>(
            $"""
            select (select count(*) from follows f where f.follower_id in {theirs}) as followers,
              (select count(*) from follows f where f.target_id in {theirs}) as follows,
              (select count(*) from questions q where q.author_id in {theirs} and q.deleted_at is null) as questions,
              (select count(*) from answers r where r.author_id in {theirs} and r.deleted_at is null) as answers,
              (select count(*) from deliveries d where d.host = @host) as waiting
            """, new { host }, cancellationToken);
        return new PeerStake(host, row!.Followers, row.Follows, row.Questions, row.Answers, row.Waiting);
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
            new { subjects = PeerRule.SubjectsOf(host).ToArray() })), host);

    /// <summary>
    /// Carries the decisions through: every known actor gets the standing that they give its host; who is refused is
    /// followed and follows no more, and what waited for refused hosts is dropped. Texts stay, unseen, and come back
    /// with a milder decision.
    /// </summary>
    /// <param name="writing">The change, after all of <see cref="Put"/> and <see cref="Remove"/>.</param>
    public static void Apply(Writing writing)
    {
        var rules = BySubject(writing.Query<PeerRule>(Select));
        foreach (var host in writing.Query<string>(KnownHosts))
        {
            var verdict = PeerRule.Judge(rules, host);
            writing.Execute(
                "update actors set standing = @verdict where host = @host and standing <> @verdict",
                new { host, verdict = (int)verdict });
            if (verdict == PeerVerdict.Refuse)
            {
                writing.Execute("delete from deliveries where host = @host", new { host });
                writing.Execute("update peers set delivery_due_at = null where host = @host", new { host });
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

    private sealed record StakeRow
    {
        public long Followers { get; init; }

        public long Follows { get; init; }

        public long Questions { get; init; }

        public long Answers { get; init; }

        public long Waiting { get; init; }
    }
}
