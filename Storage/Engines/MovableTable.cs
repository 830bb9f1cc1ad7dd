using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>A table of the shared schema, as a move copies it: parents before children.</summary>
internal sealed record MovableTable
{
    /// <summary>Name of the setting that says that a move into this database is unfinished.</summary>
    public const string Marker = "move.unfinished";

    private const int BatchRows = 1_000;
    private const long BatchBytes = 8_000_000;

    private MovableTable(string name, string key, string columns)
    {
        (Name, Key) = (name, key);
        Insert = new BatchInsert(
            name, [.. columns.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Parse)], "");
    }

    public static IReadOnlyList<MovableTable> All { get; } =
    [
        new("settings", "name", "name:t value:t"),
        new("data_protection_keys", "name", "name:t xml:t created_at"),
        new("actors", "id", """
            id kind name:t host:t uri:t display_name:t summary_html:t icon_url:t url:t inbox:t shared_inbox:t outbox:t
            followers:t moderators:t featured:t claimed_kind:t speaks_profile created_at updated_at fetched_at
            deleted_at standing is_discoverable sweep_at
            """),
        new("actor_keys", "key_id", "key_id:t actor_id algorithm public_bytes:b private_box:b created_at"),
        new("accounts", "actor_id", """
            actor_id email:t password_hash:t role language:t about:t mail_notices created_at last_seen_at
            """),
        new("other_accounts", "actor_id, uri", "actor_id uri:t handle:t moved_at created_at"),
        new(
            "recognitions", "actor_id",
            "actor_id ground vouches issuer_id valid_until checked_at created_at website:t register_id:t keys:t"),
        new("organisations", "actor_id", "actor_id website:t register_id:t"),
        new("attestations", "id", """
            id issuer_id subject_uri:t subject_name:t body:b valid_until revoked_at created_at
            """),
        new("held_attestations", "actor_id, uri", "actor_id uri:t issuer:t body:b valid_until created_at"),
        new("register_entries", "domain, organisation_iri", "domain:t organisation_iri:t name:t"),
        new("memberships", "organisation_id, account_id", "organisation_id account_id created_at"),
        new("sessions", "token_hash", "token_hash:b account_id created_at expires_at"),
        new("sign_in_links", "token_hash", """
            token_hash:b purpose email:t account_id return_path:t created_at expires_at used_at
            """),
        new("topics", "actor_id", "actor_id description:t icon:t position question_count archived_at"),
        new("questions", "id", """
            id uri:t url:t topic_id author_id is_local audience organisation_id title:t body_source:t body_html:t
            language:t context_uri:t published_at edited_at updated_at active_at revision answer_count official_count
            same_count unlike_count accepted_answer_id accepted_by locked_at deleted_at pinned_at duplicate_of:t
            merged_into:t thread_updated_at
            """),
        // A comment may be older by number than what it replies to: the order is how far down the thread it stands.
        new("answers", """
            (with recursive up (parent, depth) as
              (select answers.parent_id, 0
               union all select a.parent_id, up.depth + 1 from answers a join up on a.id = up.parent)
             select max(depth) from up), id
            """, """
            id uri:t url:t question_id parent_id author_id is_local kind audience organisation_id body_source:t
            body_html:t language:t source_title:t source_url:t valid_until reviewed_at reviewed_by:t published_at
            edited_at updated_at revision previous_revision:t helpful_count unhelpful_count deleted_at valid_from
            review_before withdrawn_at withdrawn_reason:t supersedes:t superseded_by:t proof
            """),
        new("statements", "answer_id", "answer_id revision version:t etag:t failures checked_at due_at"),
        new("revisions", "object_id, revision", "object_id revision title:t body_source:t body_html:t published_at"),
        new("votes", "object_id, actor_id", "object_id actor_id value activity_uri:t created_at"),
        new("question_follows", "question_id, account_id", "question_id account_id created_at"),
        new("follows", "target_id, follower_id", "follower_id target_id state activity_uri:t created_at"),
        new("notices", "id", "id account_id kind question_id answer_id actor_id read_at"),
        new("question_mails", "question_id, account_id", "question_id account_id mailed_at due_at"),
        new("held_answers", "question_id, account_id, answer_id", "account_id question_id answer_id"),
        new("mails", "id", "id recipient:t subject:t body:t attempts due_at last_error:t expires_at queued_at"),
        new("set_aside", "id", "id kind item_id title:t party:t reason:t attempts expires_at"),
        new("write_trials", "id", "id filling:b"),
        new("peers", "host", """
            host:t scheme scheme_learned_at speaks_profile is_forum created_at last_inbound_at
            last_success_at last_failure_at failing_since failures last_status last_error:t parked_at retry_at
            delivery_due_at delivery_leased_until inbox_due_at inbox_leased_until delivery_lease inbox_lease woken_at
            party:t
            """),
        new("inbox", "id", """
            id activity_uri:t host:t actor_uri:t type:t scheme state attempts due_at received_at reason:t body:b
            digest
            """),
        new("activities", "id", "id uri:t actor_id type:t object_uri:t is_public is_listed body:b created_at"),
        new("deliveries", "id", """
            id activity_id actor_uri:t host:t inbox:t thread_key:t attempts due_at last_status last_error:t is_alone
            unanswered tried_at
            """),
        new("thread_fetches", "question_id", "question_id due_at next_page:t rounds failures fetched_at budget"),
        new("change_reads", "topic_id", "topic_id due_at read_through started_at next_page:t"),
        new("peer_rules", "subject", "subject:t verdict reason:t created_at"),
        new("tombstones", "uri", "uri:t former_type:t deleted_at"),
        new("removals", "uri, topic_id", "uri:t topic_id removed_at"),
        new("timers", "name", "name:t due_at"),
        new("allowances", "name", "name:t whole_at"),
        new("posted_forms", "name", "name:t result expires_at"),
        new("processes", "id", "id takes_requests seen_at"),
        new("topic_count_changes", "id", "id topic_id change"),
        new("topic_moderators", "topic_id, actor_id", "topic_id actor_id created_at"),
        new("reports", "id", """
            id reporter_id reporter_host:t object_uri:t question_id answer_id reason:t sent_uri:t created_at
            handled_at handled_by outcome note:t
            """),
        new("outbox_counts", "actor_id", "actor_id listed"),
        new("outbox_counted", "id", "id through"),
    ];

    public string Name { get; }

    public string Key { get; }

    public BatchInsert Insert { get; }

    /// <summary>Condition of the rows to move: all but what says that a move is unfinished.</summary>
    public string Rows => IsWhole ? "1 = 1" : $"name <> '{Marker}'";

    /// <summary>Whether all rows are to be moved.</summary>
    public bool IsWhole => Name != "settings";

    /// <summary>Whether a move into a database was interrupted.</summary>
    public static async Task<bool> IsUnfinishedAsync(Database database, CancellationToken cancellationToken) =>
        await database.FirstAsync<string>(
            "select value from settings where name = @Marker", new { Marker }, cancellationToken) is not null;

    /// <summary>All rows, in batches of bounded size.</summary>
    public async IAsyncEnumerable<IReadOnlyList<object?[]>> ReadAsync(
        Database database, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lease = await database.Engine.OpenReadAsync(cancellationToken);
        await using var command = lease.Connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = $"select {Insert.Names} from {Name} where {Rows} order by {Key}";
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var batch = new List<object?[]>();
        var bytes = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Value(reader, i);
                bytes += row[i] switch { string text => text.Length, byte[] blob => blob.Length, _ => 8 };
            }

            batch.Add(row);
            if (batch.Count == BatchRows || bytes > BatchBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private object Value(DbDataReader reader, int column) => Insert.Columns[column].Type switch
    {
        ColumnType.Int => reader.GetInt64(column),
        ColumnType.Text => reader.GetString(column),
        _ => reader.GetFieldValue<byte[]>(column),
    };

    private static (string Name, ColumnType Type) Parse(string column) => column.Split(':') switch
    {
        [var name, "t"] => (name, ColumnType.Text),
        [var name, "b"] => (name, ColumnType.Blob),
        var parts => (parts[0], ColumnType.Int),
    };
}
