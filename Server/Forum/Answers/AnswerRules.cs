using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>Who may do what with an answer or comment, and what it must be like.</summary>
internal static class AnswerRules
{
    /// <summary>Shortest text: anything below says nothing.</summary>
    public const int MinBody = 2;

    /// <summary>Longest text, in characters.</summary>
    public const int MaxBody = 10_000;

    /// <summary>Longest reason to withdraw, in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>May this be answered so?</summary>
    public static Refusal? MayAnswer(
        Caller caller, Question question, Answer? parent, string? body, string? sourceUrl, Actor? organisation,
        Reach? reach, OfficialFacts? official)
    {
        if (ThreadRules.MayReply(caller.Party, question, parent) is { } refusal)
        {
            return refusal;
        }

        if (organisation is not null && !caller.MaySpeakAs(organisation.Id))
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        FieldFault?[] faults =
        [
            .. Faults(body, sourceUrl, parent is not null, official),
            // What only an official answer says would be lost in any other.
            organisation is null && official is { IsEmpty: false }
                ? new FieldFault("as", "error.officialAsMyself")
                : null,
            AudienceRules.MayReach(caller, reach, Within(question, parent)),
        ];
        return Invalid(faults.OfType<FieldFault>());
    }

    /// <summary>May an official answer take the place of this one? One of the same organisation that stands.</summary>
    public static Refusal? MayReplace(AnswerId? id, Answer? former, Question question, Actor? organisation) =>
        id is null || (former is { IsLocal: true, IsStanding: true, DeletedAt: null } && organisation is not null
            && former.QuestionId == question.Id && former.AuthorId == organisation.Id)
            ? null
            : Refusal.Invalid(new FieldFault("replaces", "error.replaces"));

    /// <summary>May this caller change the text to this?</summary>
    public static Refusal? MayRevise(
        Caller caller, Answer answer, string? body, string? sourceUrl, OfficialFacts? official) =>
        MayEdit(caller, answer) ?? MayChange(answer)
            ?? Invalid(Faults(body, sourceUrl, answer.Kind == AnswerKind.Comment, official));

    /// <summary>May this caller say that an official answer no longer counts, for this reason?</summary>
    public static Refusal? MayWithdraw(Caller caller, Answer answer, string? reason) =>
        MayEdit(caller, answer) ?? MayChange(answer) ?? (answer.Kind != AnswerKind.Official
            ? new Refusal(RefusalKind.Forbidden, "problem.403text")
            : ReadableText.Fault("reason", ReadableText.Line(reason), MinBody, MaxReason, "error.reasonEmpty")
                is { } fault
                ? Refusal.Invalid(fault)
            : null);

    // What was withdrawn or replaced stays as people read it.
    private static Refusal? MayChange(Answer answer) => answer is { Kind: AnswerKind.Official, IsStanding: false }
        ? new Refusal(RefusalKind.Forbidden, "error.withdrawn")
        : null;

    /// <summary>May this caller change the text?</summary>
    public static Refusal? MayEdit(Caller caller, Answer answer) =>
        ThreadRules.TakesPart(caller.Party, answer.DeletedAt)
        ?? (caller.MaySpeakAs(answer.AuthorId) && answer.IsLocal
            ? null
            : new Refusal(RefusalKind.Forbidden, "problem.403text"));

    /// <summary>May this caller take it away? Its author, and who moderates here.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="moderates">Whether the caller moderates its topic.</param>
    public static Refusal? MayDelete(Caller caller, Answer answer, bool moderates = false) =>
        (moderates || caller.IsModerator) && answer.DeletedAt is null ? null : MayEdit(caller, answer);

    /// <summary>Who may see an answer at most: no more people than see what it stands under.</summary>
    public static Reach Within(Question question, Answer? parent) =>
        parent is not null && Reach.Of(parent).IsWithin(Reach.Of(question)) ? Reach.Of(parent) : Reach.Of(question);

    private static Refusal? Invalid(IEnumerable<FieldFault> faults) =>
        faults.ToArray() is { Length: > 0 } all ? Refusal.Invalid(all) : null;

    private static List<FieldFault> Faults(string? body, string? sourceUrl, bool isComment, OfficialFacts? official)
    {
        List<FieldFault> faults = [.. official?.Faults(!string.IsNullOrWhiteSpace(sourceUrl)) ?? []];
        var (lines, empty) = (ReadableText.Lines(body), isComment ? "error.commentEmpty" : "error.answerEmpty");
        if (ReadableText.Fault("body", lines, MinBody, MaxBody, empty) is { } fault)
        {
            faults.Add(fault);
        }
        else if (!MarkdownSaysSomething(lines))
        {
            faults.Add(new FieldFault("body", empty));
        }

        if (!string.IsNullOrWhiteSpace(sourceUrl) && SourceAddress(sourceUrl) is null)
        {
            faults.Add(new FieldFault("source", "error.link"));
        }

        return faults;
    }

    // Of "---" or a picture nothing is left to read.
    private static bool MarkdownSaysSomething(string lines) =>
        SafeHtml.FromMarkdown(lines, "https://plein.example/").Length > 0;

    /// <summary>A source as an absolute web address; people leave "https://" out.</summary>
    public static Uri? SourceAddress(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var typed = text.Trim();
        return Uri.TryCreate(typed.Contains("://", StringComparison.Ordinal) ? typed : "https://" + typed,
                UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" && uri.Host.Contains('.', StringComparison.Ordinal)
            && uri.UserInfo.Length == 0 && typed.Length <= 500
            ? uri
            : null;
    }
}
