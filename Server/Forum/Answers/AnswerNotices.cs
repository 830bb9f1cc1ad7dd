using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>
/// Tells people here about a new answer: who asked or follows the question, and whose answer got a comment. In their
/// list of news, and by mail where they want that: about one question at most one mail an hour, and what comes
/// meanwhile goes along in the next one.
/// </summary>
internal sealed class AnswerNotices(NodeSettings settings, NodeAddresses addresses, ServerOptions options)
{
    /// <summary>Between two mails about one question to one person, official answers aside.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private const int MostAtOnce = 20;
    private const int MostListed = 30;

    /// <summary>Tells them, in the change that adds the answer.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">What is answered.</param>
    /// <param name="answer">The answer or comment, with the name of its author.</param>
    /// <param name="parent">For a comment: what it is about.</param>
    /// <param name="writer">Who wrote it, when that is not its author: they answered for an organisation.</param>
    public void Add(Writing writing, Question question, Answer answer, Answer? parent, ActorId? writer = null)
    {
        var told = new HashSet<ActorId>();
        if (parent is { IsLocal: true } && parent.AuthorId != answer.AuthorId && parent.AuthorId != writer)
        {
            told.Add(parent.AuthorId);
            NoticeStore.Add(writing, parent.AuthorId, NoticeKind.Commented, question.Id, answer.Id, answer.AuthorId);
        }

        var followers = QuestionStore.ListFollowers(writing, question.Id)
            .Where(follower => follower != answer.AuthorId && follower != writer);
        if (answer.Kind == AnswerKind.Comment)
        {
            Mail(writing, question, answer, told.Union(followers));
            return;
        }

        foreach (var follower in followers)
        {
            told.Add(follower);
            NoticeStore.Add(writing, follower, NoticeKind.Answered, question.Id, answer.Id, answer.AuthorId);
        }

        Mail(writing, question, answer, told);
    }

    /// <summary>
    /// Mails what had to wait, to some of those whose hour is over: one mail to each, with all of it.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many people's turn it was; call again, in another change, until it is 0.</returns>
    public int MailHeld(Writing writing)
    {
        var due = HeldAnswerStore.TakeDue(writing, MostAtOnce);
        foreach (var held in due)
        {
            var news = HeldAnswerStore.Take(writing, held);
            if (news.Count > 0
                && NoticeStore.ListMailRecipients(writing, news[0].Id, [held.AccountId]) is [var recipient])
            {
                Send(writing, recipient, held.QuestionId, held.Title, news);
            }
            else
            {
                HeldAnswerStore.Forget(writing, held);
            }
        }

        return due.Count;
    }

    private void Mail(Writing writing, Question question, Answer answer, IEnumerable<ActorId> to)
    {
        var recipients = NoticeStore.ListMailRecipients(writing, answer.Id, to);
        if (recipients.Count == 0)
        {
            return;
        }

        var news = new HeldAnswer
        {
            Id = answer.Id,
            AuthorName = answer.AuthorName,
            IsComment = answer.Kind == AnswerKind.Comment,
        };
        var isOfficial = IsOfficialHere(writing, answer);
        foreach (var recipient in recipients)
        {
            // Strangers could fill a mailbox with answers; what the municipality says is worth a mail of its own.
            if (isOfficial || HeldAnswerStore.TakeTurn(writing, question.Id, recipient.AccountId, Pause))
            {
                Send(writing, recipient, question.Id, question.Title, [news]);
            }
            else
            {
                HeldAnswerStore.Hold(writing, question.Id, recipient.AccountId, answer.Id, Pause);
            }
        }
    }

    private static bool IsOfficialHere(Writing writing, Answer answer) => answer.Kind == AnswerKind.Official
        && (answer.IsLocal
            || (answer.Proof == StatementProof.Valid && RecognitionStore.IsOfficial(writing, answer.AuthorId)));

    private void Send(
        Writing writing, MailRecipient recipient, QuestionId question, string title, IReadOnlyList<HeldAnswer> news)
    {
        var texts = Texts.For(recipient.Language ?? options.Language, options.FormOfAddress);
        var kind = news.Count > 1 ? "several" : news[0].IsComment ? "commented" : "answered";
        var plein = settings.Name(writing);
        var account = addresses.Root + Paths.Account;
        if (news.Count == 1)
        {
            MailStore.Add(
                writing, recipient.Email, texts[$"notice.{kind}Subject", ("title", title)],
                texts[
                    $"notice.{kind}Text", ("name", news[0].AuthorName), ("plein", plein), ("title", title),
                    ("link", Link(question, news[0].Id)), ("account", account)]);
            return;
        }

        var lines = news.Take(MostListed).Select(one => texts[
            one.IsComment ? "notice.severalComment" : "notice.severalAnswer", ("name", one.AuthorName),
            ("link", Link(question, one.Id))]);
        if (news.Count > MostListed)
        {
            lines = lines.Append(texts[
                "notice.severalMore", ("n", news.Count - MostListed),
                ("link", addresses.Root + Paths.Question(question.Value))]);
        }

        MailStore.Add(
            writing, recipient.Email, texts["notice.severalSubject", ("n", news.Count), ("title", title)],
            texts[
                "notice.severalText", ("n", news.Count), ("plein", plein), ("title", title),
                ("list", string.Join("\n\n", lines)), ("account", account)]);
    }

    private string Link(QuestionId question, AnswerId answer) =>
        $"{addresses.Root}{Paths.Reply(question.Value, answer.Value)}";
}
