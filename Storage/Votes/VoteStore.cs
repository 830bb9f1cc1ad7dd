using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Storage.Votes;

/// <summary>Keeps "I want to know this too" on questions and "helpful" on answers: one per actor and object.</summary>
/// <param name="database">Where.</param>
public sealed class VoteStore(Database database)
{
    /// <summary>Which of these objects an actor voted for.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="objects">Numbers of questions and answers, at most 1,000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlySet<long>> ListAsync(
        ActorId actor, IEnumerable<long> objects, CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<long>(
            "select object_id from votes where actor_id = @actor and value = 1"
            + $" and object_id {database.Engine.In("objects")}",
            new { actor, objects = database.Engine.List(objects) }, cancellationToken);
        return rows.ToHashSet();
    }

    /// <summary>The activity that carried a vote out or in, to undo it by.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="objectId">Number of the question or answer.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<string?> FindActivityAsync(
        ActorId actor, long objectId, CancellationToken cancellationToken = default) =>
        database.FirstAsync<string>(
            "select activity_uri from votes where actor_id = @actor and object_id = @objectId",
            new { actor, objectId }, cancellationToken);

    /// <summary>Remembers by which activity a vote went out.</summary>
    /// <param name="writing">The change that published it.</param>
    /// <param name="actor">Who.</param>
    /// <param name="objectId">Number of the question or answer.</param>
    /// <param name="activityUri">Id of the activity.</param>
    public static void SetActivity(Writing writing, ActorId actor, long objectId, string? activityUri) =>
        writing.Execute(
            "update votes set activity_uri = @activityUri where actor_id = @actor and object_id = @objectId",
            new { activityUri, actor, objectId });

    /// <summary>Votes for a question: "I want to know this too" (1), or the -1 that only other servers send.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">The question.</param>
    /// <param name="actor">Who.</param>
    /// <param name="value">1, -1, or 0 to take it back.</param>
    /// <param name="activityUri">Id of the activity, if there is one.</param>
    /// <returns>False when nothing changed.</returns>
    public static bool Vote(
        Writing writing, QuestionId question, ActorId actor, int value, string? activityUri)
    {
        if (!Put(writing, question.Value, actor, value, activityUri, out var former))
        {
            return false;
        }

        writing.Prepare(
            "update questions set same_count = same_count + @up, unlike_count = unlike_count + @down where id = @id",
            "up", "down", "id").Execute(Up(value) - Up(former), Down(value) - Down(former), question.Value);
        QuestionStore.Touch(writing, question);
        return true;
    }

    /// <summary>Votes for an answer: helpful (1) or not (-1).</summary>
    /// <param name="writing">The change.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="question">Its question.</param>
    /// <param name="actor">Who.</param>
    /// <param name="value">1, -1, or 0 to take it back.</param>
    /// <param name="activityUri">Id of the activity, if there is one.</param>
    /// <returns>False when nothing changed.</returns>
    public static bool Vote(
        Writing writing, AnswerId answer, QuestionId question, ActorId actor, int value, string? activityUri)
    {
        if (!Put(writing, answer.Value, actor, value, activityUri, out var former))
        {
            return false;
        }

        writing.Prepare(
            "update answers set helpful_count = helpful_count + @up, unhelpful_count = unhelpful_count + @down"
            + " where id = @id",
            "up", "down", "id").Execute(Up(value) - Up(former), Down(value) - Down(former), answer.Value);
        QuestionStore.Touch(writing, question);
        return true;
    }

    private static long Up(int value) => value > 0 ? 1 : 0;

    private static long Down(int value) => value < 0 ? 1 : 0;

    // In one statement each, so that no two processes count the same vote.
    private static bool Put(
        Writing writing, long objectId, ActorId actor, int value, string? activityUri, out int former)
    {
        if (value == 0)
        {
            // Deleting tells what was there, so that two who take it back at once count it once.
            var taken = writing
                .Prepare(
                    "delete from votes where object_id = @object and actor_id = @actor returning value", "object",
                    "actor")
                .Scalar(objectId, actor.Value) as long?;
            former = (int)(taken ?? 0);
            return taken is not null;
        }

        former = 0;
        var added = writing
            .Prepare(
                """
                insert into votes (object_id, actor_id, value, activity_uri, created_at)
                values (@object, @actor, @value, @activity, @now) on conflict (object_id, actor_id) do nothing
                """, "object", "actor", "value", "activity", "now")
            .Execute(objectId, actor.Value, (long)value, activityUri, writing.Now.ToUnixTimeMilliseconds());
        if (added == 1)
        {
            return true;
        }

        former = -value;
        return writing
            .Prepare(
                """
                update votes set value = @value, activity_uri = @activity
                where object_id = @object and actor_id = @actor and value <> @value
                """, "value", "activity", "object", "actor")
            .Execute((long)value, activityUri, objectId, actor.Value) == 1;
    }
}
