using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>
/// Who may do what with a question, and what it must be like. The same for page, client, peer and command.
/// </summary>
internal static class QuestionRules
{
    /// <summary>Shortest title: below it nobody can tell what is asked.</summary>
    public const int MinTitle = 15;

    /// <summary>Longest title (CONTRACT.md §4.1: Lemmy cuts at 200).</summary>
    public const int MaxTitle = 150;

    /// <summary>Longest text, in characters.</summary>
    public const int MaxBody = 10_000;

    /// <summary>May this be asked?</summary>
    public static Refusal? MayAsk(Caller caller, Topic? topic, string? title, string? body, Reach? reach)
    {
        if (caller.Account is null)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        var faults = TextFaults(title, body).ToList();
        if (topic is null or { ArchivedAt: not null })
        {
            faults.Add(new FieldFault("topic", "error.topic"));
        }
        else if (topic.Host is not null && reach is { Audience: not Audience.Everyone })
        {
            faults.Add(new FieldFault(Reach.Field, "error.audienceRemote"));
        }

        if (AudienceRules.MayReach(caller, reach, Reach.Everyone) is { } fault)
        {
            faults.Add(fault);
        }

        return faults.Count == 0 ? null : Refusal.Invalid([.. faults]);
    }

    /// <summary>May this caller change the text?</summary>
    public static Refusal? MayEdit(Caller caller, Question question) =>
        Touchable(caller, question) ?? (caller.MaySpeakAs(question.AuthorId) && question.IsLocal
            ? null
            : new Refusal(RefusalKind.Forbidden, "problem.403text"));

    /// <summary>Is the new text good?</summary>
    public static Refusal? MayRevise(Caller caller, Question question, string? title, string? body)
    {
        if (MayEdit(caller, question) is { } refusal)
        {
            return refusal;
        }

        var faults = TextFaults(title, body).ToArray();
        return faults.Length == 0 ? null : Refusal.Invalid(faults);
    }

    /// <summary>May this caller decide about a thread: close, pin or move it, say which answer helped?</summary>
    /// <param name="caller">Who.</param>
    /// <param name="question">The question.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="isAppointed">The topic names the caller as a moderator.</param>
    public static Refusal? MayModerate(Caller caller, Question question, Topic topic, bool isAppointed) =>
        Touchable(caller, question) ?? (isAppointed || (topic.Host is null && caller.IsModerator)
            ? null
            : new Refusal(RefusalKind.Forbidden, "problem.403text"));

    /// <summary>May a peer decide about a thread? (CONTRACT.md §3.5)</summary>
    /// <param name="peer">Who acts, of another server.</param>
    /// <param name="topic">The topic of the thread.</param>
    /// <param name="isAppointed">The topic names the peer as a moderator.</param>
    /// <param name="announcedBy">The topic that passed it on; null when it came directly.</param>
    /// <remarks>
    /// Of a topic elsewhere only what that topic passed on counts: it alone knows who its moderators are today.
    /// </remarks>
    public static bool MayModerate(Actor peer, Topic topic, bool isAppointed, ActorId? announcedBy) =>
        topic.Host is null
            ? announcedBy is null && isAppointed
            : (announcedBy == topic.Id || peer.Id == topic.Id) && IsModerator(peer, topic, isAppointed);

    /// <summary>Is a peer a moderator of a topic, as far as this node can know?</summary>
    /// <param name="peer">Who, of another server.</param>
    /// <param name="topic">Which topic.</param>
    /// <param name="isAppointed">The topic names the peer as a moderator.</param>
    /// <remarks>Of people on the topic's own node that node says who they are.</remarks>
    public static bool IsModerator(Actor peer, Topic topic, bool isAppointed) =>
        isAppointed || (topic.Host is not null && peer.Host == topic.Host);

    /// <summary>May this caller take the question away? Its author, and who moderates here.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="question">The question.</param>
    /// <param name="moderates">Whether the caller moderates its topic.</param>
    public static Refusal? MayDelete(Caller caller, Question question, bool moderates = false) =>
        (moderates || caller.IsModerator) && question.DeletedAt is null ? null : MayEdit(caller, question);

    /// <summary>May this caller follow or report it?</summary>
    public static Refusal? MayTakePart(Caller caller, Question question) => Touchable(caller, question);

    private static Refusal? Touchable(Caller caller, Question question) =>
        ThreadRules.TakesPart(caller.Party, question.DeletedAt);

    private static IEnumerable<FieldFault> TextFaults(string? title, string? body)
    {
        if (ReadableText.Fault("title", ReadableText.Line(title), MinTitle, MaxTitle) is { } inTitle)
        {
            yield return inTitle;
        }

        if (ReadableText.Fault("body", ReadableText.Lines(body), 0, MaxBody) is { } inBody)
        {
            yield return inBody;
        }
    }
}
