using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Storage.Questions;

/// <summary>Which questions a list is of.</summary>
/// <param name="Topic">Only of this topic.</param>
/// <param name="Unanswered">Only without an answer.</param>
/// <param name="Author">Only of this author.</param>
public readonly record struct QuestionFilter(ActorId? Topic = null, bool Unanswered = false, ActorId? Author = null);

/// <summary>Keeps questions. Every read is on behalf of a <see cref="Viewer"/>.</summary>
/// <param name="database">Where.</param>
public sealed class QuestionStore(Database database)
{
    internal const string RowColumns =
        "q.id, q.title, q.topic_id, t.display_name as topic_name, t.name as topic_slug, t.host as topic_host,"
        + " a.display_name as author_name, a.host as author_host, q.audience, q.published_at, q.answer_count,"
        + " q.official_count, q.same_count, case when q.accepted_answer_id is null then 0 else 1 end as is_accepted,"
        + " case when q.locked_at is null then 0 else 1 end as is_locked,"
        + " case when q.pinned_at is null then 0 else 1 end as is_pinned,"
        + " q.uri, (select g.display_name from actors g where g.id = q.organisation_id) as organisation_name";

    internal const string RowJoins = "join actors t on t.id = q.topic_id join actors a on a.id = q.author_id";

    private const string Columns =
        "q.id, q.uri, q.url, q.topic_id, q.author_id, q.is_local, q.audience, q.organisation_id, q.title,"
        + " q.body_source, q.body_html, q.language, q.context_uri, q.published_at, q.edited_at, q.updated_at,"
        + " q.active_at, q.revision, q.answer_count, q.official_count, q.same_count, q.accepted_answer_id,"
        + " q.accepted_by, q.locked_at, q.pinned_at, q.duplicate_of, q.merged_into, q.thread_updated_at, q.deleted_at";

    private static readonly string Gate = Visibility.Of("q");

    private static readonly string FindSql = $"select {Columns} from questions q where q.id = @id and {Gate}";

    private static readonly string FindByUriSql = $"select {Columns} from questions q where q.uri = @uri and {Gate}";

    private static readonly string FindByContextSql =
        $"select {Columns} from questions q where q.context_uri = @uri and q.is_local = 0 and q.deleted_at is null"
        + $" and {Gate}";

    /// <summary>Finds by number; deleted ones too, so that their address can say so.</summary>
    /// <param name="id">The number.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none or this viewer may not see it.</returns>
    public Task<Question?> FindAsync(QuestionId id, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Question>(
            FindSql, new { id, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 }, cancellationToken);

    /// <summary>Finds those of several that this viewer may see; the order is not that of the numbers.</summary>
    /// <param name="ids">The numbers, at most 500.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<Question>> ListAsync(
        IReadOnlyCollection<QuestionId> ids, Viewer viewer, CancellationToken cancellationToken = default) =>
        ids.Count == 0 ? [] : await database.QueryAsync<Question>(
            $"select {Columns} from questions q where q.id {database.Engine.In("ids")} and {Gate}",
            new
            {
                ids = database.Engine.List(ids.Select(id => id.Value)),
                viewer = viewer.AccountOrZero,
                seesAll = viewer.SeesAll ? 1 : 0,
            }, cancellationToken);

    /// <summary>Finds by ActivityPub id.</summary>
    /// <param name="uri">The id.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none or this viewer may not see it.</returns>
    public Task<Question?> FindByUriAsync(string uri, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Question>(
            FindByUriSql, new { uri, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 },
            cancellationToken);

    /// <summary>Finds a copy by the collection of its thread.</summary>
    /// <param name="uri">Id of the collection.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none or this viewer may not see it.</returns>
    public Task<Question?> FindByContextAsync(
        string uri, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Question>(
            FindByContextSql, new { uri, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 },
            cancellationToken);

    /// <summary>Lists questions, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<QuestionRow>> ListAsync(
        QuestionFilter filter, Viewer viewer, PageRequest page, CancellationToken cancellationToken = default)
    {
        // Only the conditions asked for, so that each variant runs along its own index.
        var where = (filter.Topic is null ? "" : " and q.topic_id = @topic")
            + (filter.Unanswered ? " and q.answer_count = 0" : "")
            + (filter.Author is null ? "" : " and q.author_id = @author");
        var rows = await database.QueryAsync<QuestionRow>(
            $"select {RowColumns} from questions q {RowJoins}"
            + $" where q.deleted_at is null and q.id < @before and {Gate}{where} order by q.id desc limit @limit",
            new
            {
                before = page.BeforeOrMax,
                limit = page.Size + 1,
                topic = filter.Topic?.Value,
                author = filter.Author?.Value,
                viewer = viewer.AccountOrZero,
                seesAll = viewer.SeesAll ? 1 : 0,
            }, cancellationToken);
        return Page<QuestionRow>.Of(rows, page.Size, row => row.Id.Value);
    }

    /// <summary>Adds a question, unless its ActivityPub id is known.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">The question; its counts are ignored.</param>
    /// <returns>False when it was there; then nothing was added.</returns>
    public static bool Add(Writing writing, Question question)
    {
        var added = writing
            .Prepare(
                """
                insert into questions (id, uri, url, topic_id, author_id, is_local, audience, organisation_id, title,
                  body_source, body_html, language, context_uri, published_at, updated_at, active_at)
                values (@id, @uri, @url, @topic, @author, @local, @audience, @organisation, @title, @source, @html,
                  @language, @context, @published, @updated, @published)
                on conflict (uri) do nothing
                """,
                "id", "uri", "url", "topic", "author", "local", "audience", "organisation", "title", "source", "html",
                "language", "context", "published", "updated")
            .Execute(
                question.Id.Value, question.Uri, question.Url, question.TopicId.Value, question.AuthorId.Value,
                question.IsLocal ? 1L : 0L, (long)question.Audience, question.OrganisationId?.Value, question.Title,
                question.BodySource, question.BodyHtml, question.Language, question.ContextUri,
                question.PublishedAt.ToUnixTimeMilliseconds(), question.UpdatedAt.ToUnixTimeMilliseconds()) == 1;
        if (!added)
        {
            return false;
        }

        if (question.Audience == Audience.Everyone)
        {
            TopicStore.Count(writing, question.TopicId, 1);
        }

        writing.Words.Replace(writing, question.Id, question.Title, PlainText.Of(question.BodyHtml));
        Touch(writing, question.Id);
        return true;
    }

    /// <summary>
    /// Brings a question of elsewhere, with its answers, to the topic where it belongs: from another one, or after it
    /// was taken out of one.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="before">As it was read.</param>
    /// <param name="question">As it is now, with the number it had.</param>
    /// <returns>False when it is somewhere else by now; then nothing happened.</returns>
    public static bool Bring(Writing writing, Question before, Question question)
    {
        var back = writing.Execute(
            """
            update questions set deleted_at = null, topic_id = @TopicId, url = @Url, context_uri = @ContextUri,
              title = @Title, body_source = @BodySource, body_html = @BodyHtml, language = @Language,
              published_at = @PublishedAt, updated_at = @UpdatedAt, edited_at = null, revision = revision + 1,
              locked_at = null, pinned_at = null, duplicate_of = null, merged_into = null, thread_updated_at = null
            where id = @Id and author_id = @AuthorId and is_local = 0 and topic_id = @former
              and coalesce(deleted_at, 0) = @gone
            """, new
            {
                former = before.TopicId,
                gone = before.DeletedAt?.ToUnixTimeMilliseconds() ?? 0L,
                question.TopicId,
                question.Url,
                question.ContextUri,
                question.Title,
                question.BodySource,
                question.BodyHtml,
                question.Language,
                question.PublishedAt,
                question.UpdatedAt,
                question.Id,
                question.AuthorId,
            });
        if (back == 0)
        {
            return false;
        }

        if (question.Audience == Audience.Everyone)
        {
            TopicStore.Count(writing, question.TopicId, 1);
            TopicStore.Count(writing, before.TopicId, before.DeletedAt is null ? -1 : 0);
        }

        writing.Words.Replace(writing, question.Id, question.Title, PlainText.Of(question.BodyHtml));
        Touch(writing, question.Id);
        return true;
    }

    /// <summary>Gives a question a new text and keeps the old one as a revision.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="before">As it was read.</param>
    /// <param name="after">With the new title, body and UpdatedAt.</param>
    /// <returns>False when somebody else changed it in between; then nothing happened.</returns>
    public static bool Revise(Writing writing, Question before, Question after)
    {
        var changed = writing.Execute(
            """
            update questions set title = @Title, body_source = @BodySource, body_html = @BodyHtml, language = @Language,
              edited_at = @UpdatedAt, updated_at = @UpdatedAt, active_at = @UpdatedAt, revision = revision + 1
            where id = @Id and revision = @Revision and deleted_at is null
            """, new
            {
                after.Title,
                after.BodySource,
                after.BodyHtml,
                after.Language,
                after.UpdatedAt,
                before.Id,
                before.Revision,
            });
        if (changed == 0)
        {
            return false;
        }

        AddRevision(
            writing, before.Id.Value, before.Revision, before.Title, before.BodySource, before.BodyHtml,
            before.EditedAt ?? before.PublishedAt);
        writing.Words.Replace(writing, before.Id, after.Title, PlainText.Of(after.BodyHtml));
        Touch(writing, before.Id);
        return true;
    }

    /// <summary>Takes a question's text away. The row stays, so that its address can say that it is gone.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">The question.</param>
    public static void Delete(Writing writing, Question question)
    {
        var deleted = writing.Execute(
            """
            update questions set deleted_at = @Now, title = '', body_source = null, body_html = '', updated_at = @Now
            where id = @Id and deleted_at is null
            """, new { writing.Now, question.Id });
        if (deleted == 0)
        {
            return;
        }

        writing.Execute("delete from revisions where object_id = @Id", new { question.Id });
        OutboxStore.Withdraw(writing, question.Uri);
        if (question.Audience == Audience.Everyone)
        {
            TopicStore.Count(writing, question.TopicId, -1);
        }

        writing.Words.Remove(writing, question.Id);
        Touch(writing, question.Id);
    }

    /// <summary>Notes which answer helped, or that none does any more.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">The question.</param>
    /// <param name="answer">The answer, or null.</param>
    /// <param name="by">Who says so; null with no answer.</param>
    /// <param name="updatedAt">The question's new `updated`; null leaves it.</param>
    public static void Accept(
        Writing writing, QuestionId id, AnswerId? answer, ActorId? by, DateTimeOffset? updatedAt)
    {
        writing.Execute(
            """
            update questions set accepted_answer_id = @answer, accepted_by = @by,
              updated_at = coalesce(@updatedAt, updated_at)
            where id = @id
            """, new { id, answer, by, updatedAt });
        Touch(writing, id);
    }

    /// <summary>Keeps what moderators decided about a thread: closed, pinned, the same as another.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="before">As it was read.</param>
    /// <param name="after">
    /// With the new LockedAt, PinnedAt, DuplicateOf, MergedInto and ThreadUpdatedAt; the rest is not kept.
    /// </param>
    /// <returns>False when somebody else decided something in between; then nothing happened.</returns>
    public static bool Decide(Writing writing, Question before, Question after)
    {
        var decided = writing.Execute(
            """
            update questions set locked_at = @LockedAt, pinned_at = @PinnedAt, duplicate_of = @DuplicateOf,
              merged_into = @MergedInto, thread_updated_at = @ThreadUpdatedAt
            where id = @Id and deleted_at is null and coalesce(thread_updated_at, 0) = @former
            """, new
            {
                after.LockedAt,
                after.PinnedAt,
                after.DuplicateOf,
                after.MergedInto,
                after.ThreadUpdatedAt,
                before.Id,
                former = before.ThreadUpdatedAt?.ToUnixTimeMilliseconds() ?? 0L,
            });
        Touch(writing, before.Id);
        return decided == 1;
    }

    /// <summary>Moves a question to another topic, where it is not pinned.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">As it was read.</param>
    /// <param name="topic">Where it goes.</param>
    /// <param name="at">When that was decided.</param>
    /// <returns>False when it stands in another topic by now; then nothing happened.</returns>
    public static bool Move(Writing writing, Question question, ActorId topic, DateTimeOffset at)
    {
        var moved = writing.Execute(
            """
            update questions set topic_id = @topic, pinned_at = null, thread_updated_at = @at
            where id = @Id and topic_id = @TopicId and deleted_at is null
            """, new { topic, at, question.Id, question.TopicId });
        if (moved == 0)
        {
            return false;
        }

        if (question.Audience == Audience.Everyone)
        {
            TopicStore.Count(writing, question.TopicId, -1);
            TopicStore.Count(writing, topic, 1);
        }

        Touch(writing, question.Id);
        writing.Signal("topics");
        return true;
    }

    /// <summary>The pinned questions of a topic, newest pin first.</summary>
    /// <param name="topic">Which.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<QuestionRow>> ListPinnedAsync(
        ActorId topic, Viewer viewer, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<QuestionRow>(
            $"select {RowColumns} from questions q {RowJoins} where q.topic_id = @topic and q.pinned_at is not null"
            + $" and q.deleted_at is null and {Gate} order by q.pinned_at desc limit @max",
            new { topic, max, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 }, cancellationToken);

    /// <summary>Starts or ends following a question.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">The question.</param>
    /// <param name="account">Who.</param>
    /// <param name="on">Start or end.</param>
    public static void Follow(Writing writing, QuestionId id, ActorId account, bool on) => writing.Execute(
        on
            ? """
              insert into question_follows (question_id, account_id, created_at) values (@id, @account, @Now)
              on conflict do nothing
              """
            : "delete from question_follows where question_id = @id and account_id = @account",
        new { id, account, writing.Now });

    /// <summary>Whether somebody follows a question.</summary>
    /// <param name="id">The question.</param>
    /// <param name="account">Who.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsFollowedAsync(
        QuestionId id, ActorId account, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from question_follows where question_id = @id and account_id = @account", new { id, account },
            cancellationToken) is not null;

    /// <summary>Accounts that follow a question.</summary>
    /// <param name="writing">The change they are told of.</param>
    /// <param name="id">The question.</param>
    public static IReadOnlyList<ActorId> ListFollowers(Writing writing, QuestionId id) =>
        writing.Query<ActorId>("select account_id from question_follows where question_id = @id", new { id });

    internal static void Touch(Writing writing, QuestionId id)
    {
        writing.Signal($"question:{id.Value}");
        writing.Signal("questions");
    }

    internal static void AddRevision(
        Writing writing, long objectId, int revision, string? title, string? source, string html,
        DateTimeOffset published) =>
        writing.Execute(
            """
            insert into revisions (object_id, revision, title, body_source, body_html, published_at)
            values (@objectId, @revision, @title, @source, @html, @published) on conflict do nothing
            """, new { objectId, revision, title, source, html, published });
}
