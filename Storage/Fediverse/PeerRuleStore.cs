namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>Keeps what was decided about hosts and actors elsewhere, and carries it through.</summary>
/// <param name="database">Where.</param>
public sealed class PeerRuleStore(Database database)
{
    /// <summary>Signal: a decision changed; with it everything that is shown may have.</summary>
    public const string Signal = "peer-rules";

    private const string Columns = "subject, verdict, reason, created_at";

    /// <summary>All decisions, by subject.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<PeerRule>> ListAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<PeerRule>(
            $"select {Columns} from peer_rules order by subject", null, cancellationToken);

    /// <summary>The decision that holds for a host or an actor: the most specific one; null when there is none.</summary>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="actor">The actor's id; null for the host as such.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<PeerRule?> FindAsync(
        string host, string? actor = null, CancellationToken cancellationToken = default)
    {
        var subjects = PeerRule.SubjectsOf(host, actor);
        return First(subjects, await database.QueryAsync<PeerRule>(
            $"select {Columns} from peer_rules where subject {database.Engine.In("subjects")}",
            new { subjects = subjects.ToArray() }, cancellationToken));
    }

    /// <summary>The hosts that this node knows anything of.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListKnownHostsAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(KnownHosts, null, cancellationToken);

    /// <summary>What there is here of a host.</summary>
    /// <param name="host">Authority in canonical form, exactly.</param>
    /// <param name="actor">Only of this actor of it; null for all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<PeerStake> MeasureAsync(
        string host, string? actor = null, CancellationToken cancellationToken = default)
    {
        var theirs = "(select a.id from actors a where a.host = @host" + (actor is null ? ")" : " and a.uri = @actor)");
        var row = await database.FirstAsync<StakeRow>(
            $"""
            select (select count(*) from follows f where f.follower_id in {theirs}) as followers,
              (select count(*) from follows f where f.target_id in {theirs}) as follows,
              (select count(*) from questions q where q.author_id in {theirs} and q.deleted_at is null) as questions,
              (select count(*) from answers r where r.author_id in {theirs} and r.deleted_at is null) as answers,
              (select count(*) from deliveries d where d.host = @host) as waiting
            """, new { host, actor }, cancellationToken);
        return new PeerStake(
            host, row!.Followers, row.Follows, row.Questions, row.Answers, actor is null ? row.Waiting : 0);
    }

    /// <summary>Decides about a host or an actor; replaces what was decided before.</summary>
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

    /// <summary>The verdict on an actor, as the change sees it.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority of its host.</param>
    /// <param name="actor">Its id.</param>
    public static PeerVerdict Judge(Writing writing, string host, string actor)
    {
        var subjects = PeerRule.SubjectsOf(host, actor);
        return First(subjects, writing.Query<PeerRule>(
            $"select {Columns} from peer_rules where subject {writing.In("subjects")}",
            new { subjects = subjects.ToArray() }))?.Verdict ?? PeerVerdict.Allow;
    }

    /// <summary>
    /// Carries the decisions through: every known actor gets the standing that they give it; who is refused is followed
    /// and follows no more, and what waited for refused hosts is dropped. Texts stay, unseen, and come back with a
    /// milder decision.
    /// </summary>
    /// <param name="writing">The change, after all of <see cref="Put"/> and <see cref="Remove"/>.</param>
    public static void Apply(Writing writing)
    {
        var rules = writing.Query<PeerRule>($"select {Columns} from peer_rules");
        var bySubject = rules.ToDictionary(rule => rule.Subject, StringComparer.Ordinal);
        foreach (var host in writing.Query<string>(KnownHosts))
        {
            var subjects = PeerRule.SubjectsOf(host);
            var verdict = (subjects.FirstOrDefault(bySubject.ContainsKey) is { } subject
                ? bySubject[subject].Verdict
                : PeerVerdict.Allow);
            writing.Execute(
                "update actors set standing = @verdict where host = @host and standing <> @verdict",
                new { host, verdict = (int)verdict });
            if (verdict == PeerVerdict.Refuse)
            {
                writing.Execute("delete from deliveries where host = @host", new { host });
                writing.Execute("update peers set delivery_due_at = null where host = @host", new { host });
            }
        }

        foreach (var rule in rules.Where(rule => rule.IsActor))
        {
            writing.Execute(
                "update actors set standing = @verdict where uri = @Subject and host is not null",
                new { rule.Subject, verdict = (int)rule.Verdict });
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
        foreach (var signal in new[] { Signal, "questions", "topics", "actors" })
        {
            writing.Signal(signal);
        }
    }

    private const string KnownHosts =
        "select host from actors where host is not null union select host from peers order by host";

    private static PeerRule? First(IReadOnlyList<string> subjects, IReadOnlyList<PeerRule> rules) =>
        subjects.Select(subject => rules.FirstOrDefault(rule => rule.Subject == subject))
            .FirstOrDefault(rule => rule is not null);

    private sealed record StakeRow
    {
        public long Followers { get; init; }

        public long Follows { get; init; }

        public long Questions { get; init; }

        public long Answers { get; init; }

        public long Waiting { get; init; }
    }
}
