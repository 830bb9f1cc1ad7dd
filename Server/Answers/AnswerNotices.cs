using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>
/// Tells people here about a new answer: who asked or follows the question, and whose answer got a comment. In their
/// list of news, and by mail where they want that.
/// </summary>
internal sealed class AnswerNotices(NodeSettings settings, NodeAddresses addresses, ServerOptions options)
{
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

    private void Mail(Writing writing, Question question, Answer answer, IEnumerable<ActorId> to)
    {
        var recipients = NoticeStore.ListMailRecipients(writing, answer.Id, to);
        if (recipients.Count == 0)
        {
            return;
        }

        var plein = settings.Name(writing);
        var kind = answer.Kind == AnswerKind.Comment ? "commented" : "answered";
        foreach (var recipient in recipients)
        {
            var texts = Texts.For(recipient.Language ?? options.Language, options.FormOfAddress);
            MailStore.Add(
                writing, recipient.Email, texts[$"notice.{kind}Subject", ("title", question.Title)],
                texts[
                    $"notice.{kind}Text", ("name", answer.AuthorName), ("plein", plein), ("title", question.Title),
                    ("link", $"{addresses.Root}{Paths.Reply(question.Id.Value, answer.Id.Value)}"),
                    ("account", addresses.Root + Paths.Account)]);
        }
    }
}
