using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Storage.Answers;

/// <summary>Keeps answers and comments. Every read is on behalf of a <see cref="Viewer"/>.</summary>
/// <param name="database">Where.</param>
public sealed class AnswerStore(Database database)
{
    private const string Select =
        "select r.id, r.uri, r.url, r.question_id, r.parent_id, r.author_id, r.is_local, r.kind, r.audience,"
        + " r.organisation_id, r.body_source, r.body_html, r.language, r.source_title, r.source_url, r.valid_from,"
        + " r.valid_until, r.review_before, r.withdrawn_at, r.withdrawn_reason, r.supersedes, r.superseded_by, r.proof,"
        + " r.reviewed_at, r.reviewed_by, r.published_at, r.edited_at, r.updated_at, r.revision, r.previous_revision,"
        + " r.helpful_count, r.unhelpful_count, r.deleted_at, a.display_name as author_name, a.name as author_handle,"
        + " a.host as author_host, a.kind as author_kind, a.claimed_kind as author_claim, a.uri as author_uri,"
        + " a.url as author_url, coalesce(p.uri, q.uri) as parent_uri,"
        + " (select g.display_name from actors g where g.id = r.organisation_id) as organisation_name,"
        + " n.ground as author_ground, n.website as author_website, n.register_id as author_register_id, s.checked_at,"
        + " (select v.display_name from actors v where v.id = n.issuer_id) as author_voucher"
        + " from answers r join actors a on a.id = r.author_id join questions q on q.id = r.question_id"
        + " left join answers p on p.id = r.parent_id left join recognitions n on n.actor_id = r.author_id"
        + " left join statements s on s.answer_id = r.id";

    // What is counted and named as the official answers of a question.
    private const string Standing =
        "r.kind = 1 and r.withdrawn_at is null and r.superseded_by is null and r.deleted_at is null";

    private static readonly string Gate = $"{Visibility.Of("r")} and {Visibility.Of("q")}";

    /// <summary>Finds by number; deleted ones too, so that their address can say so.</summary>
    /// <param name="id">The number.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none or this viewer may not see it or its question.</returns>
    public Task<Answer?> FindAsync(AnswerId id, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Answer>(
            $"{Select} where r.id = @id and {Gate}",
            new { id, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 }, cancellationToken);

    /// <summary>Finds by ActivityPub id.</summary>
    /// <param name="uri">The id.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none or this viewer may not see it or its question.</returns>
    public Task<Answer?> FindByUriAsync(string uri, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Answer>(
            $"{Select} where r.uri = @uri and {Gate}",
            new { uri, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 }, cancellationToken);

    /// <summary>The answers and comments under a question, oldest first; deleted ones left out.</summary>
    /// <param name="question">The question.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="after">Only those above this number; 0 for all.</param>
    /// <param name="max">How many at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Answer>> ListAsync(
        QuestionId question, Viewer viewer, long after, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Answer>(
            $"{Select} where r.question_id = @question and r.id > @after and r.deleted_at is null and {Gate}"
            + " order by r.id limit @max",
            new { question, after, max, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 },
            cancellationToken);

    /// <summary>
    /// The direct replies to a question or to an answer, oldest first; deleted ones left out.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="parent">The answer; null for the question itself.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="after">Only those above this number; 0 for all.</param>
    /// <param name="max">How many at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Answer>> ListRepliesAsync(
        QuestionId question, AnswerId? parent, Viewer viewer, long after, int max,
        CancellationToken cancellationToken = default) =>
        database.QueryAsync<Answer>(
            $"{Select} where r.question_id = @question and r.parent_id {(parent is null ? "is null" : "= @parent")}"
            + $" and r.id > @after and r.deleted_at is null and {Gate} order by r.id limit @max",
            new { question, parent, after, max, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 },
            cancellationToken);

    /// <summary>Number of answers and comments under a question; deleted ones left out.</summary>
    /// <param name="question">The question.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountAsync(
        QuestionId question, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            "select count(*) from answers r join questions q on q.id = r.question_id"
            + $" where r.question_id = @question and r.deleted_at is null and {Gate}",
            new { question, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 }, cancellationToken);

    /// <summary>
    /// Ids of the official answers to a question, oldest first, at most 100; what was deleted, withdrawn or replaced
    /// is left out.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListOfficialAsync(
        QuestionId question, Viewer viewer, CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(
            "select r.uri from answers r join questions q on q.id = r.question_id"
            + $" where r.question_id = @question and {Standing} and {Gate}"
            + " order by r.id limit 100",
            new { question, viewer = viewer.AccountOrZero, seesAll = viewer.SeesAll ? 1 : 0 }, cancellationToken);

    /// <summary>What an author answered, newest first.</summary>
    /// <param name="author">Who.</param>
    /// <param name="viewer">On whose behalf.</param>
    /// <param name="page">Which part.</param>
    /// <param name="withComments">Comments too.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<Answer>> ListByAuthorAsync(
        ActorId author, Viewer viewer, PageRequest page, bool withComments = false,
        CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<Answer>(
            $"{Select} where r.author_id = @author and r.id < @before and r.deleted_at is null"
            + $"{(withComments ? "" : " and r.kind <> 2")} and {Gate} order by r.id desc limit @limit",
            new
            {
                author,
                before = page.BeforeOrMax,
                limit = page.Size + 1,
                viewer = viewer.AccountOrZero,
                seesAll = viewer.SeesAll ? 1 : 0,
            }, cancellationToken);
        return Page<Answer>.Of(rows, page.Size, answer => answer.Id.Value);
    }

    /// <summary>Adds an answer, unless its ActivityPub id is known.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="answer">The answer; its counts and the names of its author are ignored.</param>
    /// <returns>False when it was there; then nothing was added.</returns>
    public static bool Add(Writing writing, Answer answer)
    {
        var added = writing
            .Prepare(
                """
                insert into answers (id, uri, url, question_id, parent_id, author_id, is_local, kind, audience,
                  organisation_id, body_source, body_html, language, source_title, source_url, valid_from, valid_until,
                  review_before, withdrawn_at, withdrawn_reason, supersedes, superseded_by, proof, reviewed_at,
                  reviewed_by, published_at, updated_at)
                values (@id, @uri, @url, @question, @parent, @author, @local, @kind, @audience, @organisation, @source,
                  @html, @language, @sourceTitle, @sourceUrl, @validFrom, @validUntil, @reviewBefore, @withdrawnAt,
                  @withdrawnReason, @supersedes, @supersededBy, @proof, @reviewedAt, @reviewedBy, @published, @updated)
                on conflict (uri) do nothing
                """,
                "id", "uri", "url", "question", "parent", "author", "local", "kind", "audience", "organisation",
                "source", "html", "language", "sourceTitle", "sourceUrl", "validFrom", "validUntil", "reviewBefore",
                "withdrawnAt", "withdrawnReason", "supersedes", "supersededBy", "proof", "reviewedAt", "reviewedBy",
                "published", "updated")
            .Execute(
                answer.Id.Value, answer.Uri, answer.Url, answer.QuestionId.Value, answer.ParentId?.Value,
                answer.AuthorId.Value, answer.IsLocal ? 1L : 0L, (long)answer.Kind, (long)answer.Audience,
                answer.OrganisationId?.Value, answer.BodySource, answer.BodyHtml, answer.Language, answer.SourceTitle,
                answer.SourceUrl, answer.ValidFrom?.ToUnixTimeMilliseconds(),
                answer.ValidUntil?.ToUnixTimeMilliseconds(), answer.ReviewBefore?.ToUnixTimeMilliseconds(),
                answer.WithdrawnAt?.ToUnixTimeMilliseconds(), answer.WithdrawnReason, answer.Supersedes,
                answer.SupersededBy, (long)answer.Proof, answer.ReviewedAt?.ToUnixTimeMilliseconds(), answer.ReviewedBy,
                answer.PublishedAt.ToUnixTimeMilliseconds(), answer.UpdatedAt.ToUnixTimeMilliseconds()) == 1;
        if (added)
        {
            writing.AtLast(() => Count(writing, answer, 1));
            writing.Words.Replace(writing, answer.Id, PlainText.Of(answer.BodyHtml));
            QuestionStore.Touch(writing, answer.QuestionId);
        }

        return added;
    }

    /// <summary>Lets an answer that was taken out of a topic stand under a question again.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="answer">As it is now, with the number it had.</param>
    /// <returns>False when it was not taken out, or is by somebody else; then nothing happened.</returns>
    public static bool Readmit(Writing writing, Answer answer)
    {
        var back = writing.Execute(
            """
            update answers set deleted_at = null, url = @Url, question_id = @QuestionId, parent_id = @ParentId,
              kind = @Kind, body_source = @BodySource, body_html = @BodyHtml, language = @Language,
              source_title = @SourceTitle, source_url = @SourceUrl, valid_from = @ValidFrom, valid_until = @ValidUntil,
              review_before = @ReviewBefore, withdrawn_at = @WithdrawnAt, withdrawn_reason = @WithdrawnReason,
              supersedes = @Supersedes, superseded_by = @SupersededBy, proof = @Proof, reviewed_at = @ReviewedAt,
              reviewed_by = @ReviewedBy, published_at = @PublishedAt, updated_at = @UpdatedAt, edited_at = null,
              revision = revision + 1, previous_revision = null
            where id = @Id and author_id = @AuthorId and is_local = 0 and deleted_at is not null
            """, new
            {
                answer.Url,
                answer.QuestionId,
                answer.ParentId,
                answer.Kind,
                answer.BodySource,
                answer.BodyHtml,
                answer.Language,
                answer.SourceTitle,
                answer.SourceUrl,
                answer.ValidFrom,
                answer.ValidUntil,
                answer.ReviewBefore,
                answer.WithdrawnAt,
                answer.WithdrawnReason,
                answer.Supersedes,
                answer.SupersededBy,
                answer.Proof,
                answer.ReviewedAt,
                answer.ReviewedBy,
                answer.PublishedAt,
                answer.UpdatedAt,
                answer.Id,
                answer.AuthorId,
            });
        if (back == 0)
        {
            return false;
        }

        Count(writing, answer, 1);
        writing.Words.Replace(writing, answer.Id, PlainText.Of(answer.BodyHtml));
        QuestionStore.Touch(writing, answer.QuestionId);
        return true;
    }

    /// <summary>Gives an answer a new text and keeps the old one as a revision.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="before">As it was read.</param>
    /// <param name="after">With the new body, facts and UpdatedAt.</param>
    /// <returns>False when somebody else changed it in between; then nothing happened.</returns>
    public static bool Revise(Writing writing, Answer before, Answer after)
    {
        var changed = writing.Execute(
            """
            update answers set kind = @Kind, body_source = @BodySource, body_html = @BodyHtml, language = @Language,
              source_title = @SourceTitle, source_url = @SourceUrl, valid_from = @ValidFrom, valid_until = @ValidUntil,
              review_before = @ReviewBefore, withdrawn_at = @WithdrawnAt, withdrawn_reason = @WithdrawnReason,
              supersedes = @Supersedes, superseded_by = @SupersededBy, proof = @Proof, reviewed_at = @ReviewedAt,
              reviewed_by = @ReviewedBy, edited_at = @UpdatedAt, updated_at = @UpdatedAt,
              revision = revision + 1, previous_revision = @PreviousRevision
            where id = @Id and revision = @Revision and deleted_at is null
            """, new
            {
                after.BodySource,
                after.BodyHtml,
                after.Language,
                after.SourceTitle,
                after.Kind,
                after.SourceUrl,
                after.ValidFrom,
                after.ValidUntil,
                after.ReviewBefore,
                after.WithdrawnAt,
                after.WithdrawnReason,
                after.Supersedes,
                after.SupersededBy,
                after.Proof,
                after.ReviewedAt,
                after.ReviewedBy,
                after.UpdatedAt,
                after.PreviousRevision,
                before.Id,
                before.Revision,
            });
        if (changed == 0)
        {
            return false;
        }

        QuestionStore.AddRevision(
            writing, before.Id.Value, before.Revision, null, before.BodySource, before.BodyHtml,
            before.EditedAt ?? before.PublishedAt);
        writing.Words.Replace(writing, before.Id, PlainText.Of(after.BodyHtml));
        if (before.IsStanding != after.IsStanding)
        {
            CountOfficial(writing, before.QuestionId);
        }

        QuestionStore.Touch(writing, before.QuestionId);
        return true;
    }

    /// <summary>
    /// Makes what an author elsewhere signed as official so, or ordinary again, after this node changed its mind about
    /// the author.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="author">The author.</param>
    /// <param name="isOfficial">Whether its answers are official here.</param>
    public static void Judge(Writing writing, ActorId author, bool isOfficial)
    {
        var changed = writing.Query<QuestionId>(
            """
            update answers set kind = @kind
            where author_id = @author and proof in (1, 2) and is_local = 0 and kind = @before and deleted_at is null
            returning question_id
            """, new { author, kind = isOfficial ? 1 : 0, before = isOfficial ? 0 : 1 });
        foreach (var question in changed.Distinct())
        {
            CountOfficial(writing, question);
            QuestionStore.Touch(writing, question);
        }
    }

    /// <summary>Says of an answer that its signature and history hold after all.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="answer">As it was read.</param>
    /// <param name="isOfficial">Whether its author is recognised here.</param>
    public static void Prove(Writing writing, Answer answer, bool isOfficial)
    {
        writing.Execute(
            """
            update answers set proof = @valid, kind = @kind
            where id = @Id and revision = @Revision and proof <> @valid and deleted_at is null
            """, new
            {
                answer.Id,
                answer.Revision,
                valid = StatementProof.Valid,
                kind = isOfficial ? AnswerKind.Official : AnswerKind.Answer,
            });
        CountOfficial(writing, answer.QuestionId);
        QuestionStore.Touch(writing, answer.QuestionId);
    }

    private static void CountOfficial(Writing writing, QuestionId question) => writing.Execute(
        $"""
        update questions set official_count = (select count(*) from answers r where r.question_id = questions.id
          and {Standing} and r.audience = questions.audience)
        where id = @question
        """, new { question });

    /// <summary>Takes an answer's text away. The row stays, so that its address can say that it is gone.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="answer">The answer.</param>
    public static void Delete(Writing writing, Answer answer)
    {
        var deleted = writing.Execute(
            """
            update answers set deleted_at = @Now, updated_at = @Now, body_source = null, body_html = '',
              source_title = null, source_url = null, reviewed_by = null, withdrawn_reason = null
            where id = @Id and deleted_at is null
            """, new { writing.Now, answer.Id });
        if (deleted == 0)
        {
            return;
        }

        writing.Execute("delete from revisions where object_id = @Id", new { answer.Id });
        OutboxStore.Withdraw(writing, answer.Uri);
        writing.Execute(
            "update questions set accepted_answer_id = null, accepted_by = null where accepted_answer_id = @Id",
            new { answer.Id });
        Count(writing, answer, -1);
        writing.Words.Remove(writing, answer.Id);
        QuestionStore.Touch(writing, answer.QuestionId);
    }

    private static void Count(Writing writing, Answer answer, int change)
    {
        var counts = answer.Kind != AnswerKind.Comment ? change : 0;
        writing
            .Prepare(
                // An answer for fewer people than the question is not counted: the number is for all who see the
                // question.
                """
                update questions set
                  answer_count = answer_count + case when audience = @audience then @answers else 0 end,
                  official_count = official_count + case when audience = @audience then @official else 0 end,
                  active_at = case when active_at < @now then @now else active_at end
                where id = @id
                """, "audience", "answers", "official", "now", "id")
            .Execute(
                (long)answer.Audience, (long)counts, answer.IsStanding ? (long)counts : 0L,
                answer.PublishedAt.ToUnixTimeMilliseconds(), answer.QuestionId.Value);
    }
}
