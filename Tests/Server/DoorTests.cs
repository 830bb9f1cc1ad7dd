using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Each rule gives the same refusal at every door: to a verb of the forum, on the page that a browser gets, and to a
/// peer that says it in an activity. What a page offers follows from the same rule.
/// </summary>
public sealed class DoorTests
{
    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private Caller _anna = null!;
    private Caller _iris = null!;
    private Uri _bram = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        _peer = await ScriptedPeer.StartAsync(_plein);
        _anna = await _plein.PersonAsync("Anna");
        _iris = await _plein.PersonAsync("Iris", Role.Moderator);
        _bram = _peer.Person("bram");
        var joke = _peer.Person("joke");
        var appointed = await _plein.Get<AppointModerator>().ExecuteAsync(
            "afval", joke.AbsoluteUri, on: true, await _plein.PersonAsync("Bea", Role.Administrator), default);
        Assert.That(appointed.Refusal?.ToString(), Is.Null);
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [Test]
    public async Task Nobody_wants_to_know_their_own_question_too()
    {
        var ours = await AskAsync();
        var theirs = await TheirsAsync();
        await RefusedAsync(
            "error.ownQuestion", offers: false,
            async () => (await _plein.Get<WantToKnow>().ExecuteAsync(ours.Id, true, _anna, default)).Refusal,
            (_anna, ours.Id, $"/q/{ours.Id}/ook", "on"),
            _bram, "Like", theirs.Uri, InboxState.Refused);
    }

    [Test]
    public async Task Nobody_calls_their_own_answer_helpful()
    {
        var question = await AskAsync();
        var ours = await AnswerAsync(question, _anna);
        var theirs = await TheirAnswerAsync(question, _bram);
        await RefusedAsync(
            "error.ownAnswer", offers: false,
            async () => (await _plein.Get<FindHelpful>().ExecuteAsync(ours.Id, true, _anna, default)).Refusal,
            (_anna, question.Id, $"/r/{ours.Id}/nuttig", "on"),
            _bram, "Like", theirs.Uri, InboxState.Refused);
    }

    [Test]
    public async Task Nobody_votes_for_what_was_taken_away()
    {
        var question = await AskAsync();
        var gone = await AnswerAsync(question, _anna);
        Assert.That(
            (await _plein.Get<ReviseAnswer>().DeleteAsync(gone.Id, _anna, default)).Refusal?.ToString(), Is.Null);
        await RefusedAsync(
            "problem.410text", offers: false,
            async () => (await _plein.Get<FindHelpful>().ExecuteAsync(gone.Id, true, _iris, default)).Refusal,
            (_iris, question.Id, $"/r/{gone.Id}/nuttig", "on"),
            _bram, "Like", gone.Uri, InboxState.Ignored);
    }

    [Test]
    public async Task Nobody_answers_a_question_that_is_closed()
    {
        var question = await AskAsync();
        Assert.That(
            (await _plein.Get<ModerateQuestion>().LockAsync(question.Id, true, "Klaar", _iris, default)).Refusal,
            Is.Null);
        await RefusedAsync(
            "error.locked", offers: false,
            async () => (await _plein.Get<GiveAnswer>().ExecuteAsync(
                new GiveAnswer.Form(question.Id, "Toch nog iets."), _anna, default)).Refusal,
            (_anna, question.Id, $"/q/{question.Id}/antwoorden", "answer"),
            _bram, "Create", question.Uri, InboxState.Refused);
    }

    [Test]
    public async Task Only_who_asked_or_moderates_says_what_helped()
    {
        var question = await AskAsync();
        var answer = await AnswerAsync(question, _iris);
        var other = await _plein.PersonAsync("Otto");
        await RefusedAsync(
            "problem.403text", offers: false,
            async () => (await _plein.Get<ReviseQuestion>().AcceptAsync(
                question.Id, answer.Id, other, default)).Refusal,
            (other, question.Id, $"/r/{answer.Id}/aanvaarden", "on"),
            _bram, "ChooseAnswer", answer.Uri, InboxState.Refused);
    }

    [Test]
    public async Task What_the_asker_chose_no_moderator_changes()
    {
        var question = await AskAsync();
        var (chosen, other) = (await AnswerAsync(question, _iris), await AnswerAsync(question, _iris));
        Assert.That(
            (await _plein.Get<ReviseQuestion>().AcceptAsync(question.Id, chosen.Id, _anna, default)).Refusal, Is.Null);
        await RefusedAsync(
            "error.chosenByAsker", offers: false,
            async () => (await _plein.Get<ModerateQuestion>().AcceptAsync(
                question.Id, other.Id, _iris, default)).Refusal,
            (_iris, question.Id, $"/r/{other.Id}/aanvaarden", "on"),
            _peer.Person("joke"), "ChooseAnswer", other.Uri, InboxState.Ignored);
    }

    [Test]
    public async Task A_comment_is_not_what_helped()
    {
        var question = await AskAsync();
        var answer = await AnswerAsync(question, _iris);
        var comment = (await _plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(question.Id, "Klopt dat wel?", answer.Id), _iris, default)).Value!;
        await RefusedAsync(
            "problem.404text", offers: false,
            async () => (await _plein.Get<ReviseQuestion>().AcceptAsync(
                question.Id, comment.Id, _anna, default)).Refusal,
            (_anna, question.Id, $"/r/{comment.Id}/aanvaarden", "on"),
            _peer.Person("joke"), "ChooseAnswer", comment.Uri, InboxState.Ignored);
    }

    // The same words at all three doors.
    private async Task RefusedAsync(
        string textKey, bool offers, Func<Task<Refusal?>> verb,
        (Caller Who, QuestionId Page, string Action, string Field) form,
        Uri peer, string type, string about, InboxState state)
    {
        Assert.That((await verb())?.TextKey, Is.EqualTo(textKey), "the verb");

        var token = await _plein.Get<Database>().WriteAsync(
            writing => SignIn.Start(writing, form.Who.Account!.ActorId));
        using var browser = new Browser(_plein.Door);
        browser.Cookies[SessionCookie.Name] = token.Text;
        var page = await browser.GetAsync($"/q/{form.Page}");
        var forms = page.Page.QuerySelectorAll("form[method=post]");
        Assert.That(
            forms.Any(one => one.GetAttribute("action")!.Split('#')[0] == form.Action), Is.EqualTo(offers),
            "what the page offers");
        var fields = forms[0].QuerySelectorAll("input[type=hidden]")
            .ToDictionary(field => field.GetAttribute("name")!, field => field.GetAttribute("value") ?? "");
        fields[form.Field] = form.Field == "on" ? "true" : "Dit is nog een antwoord.";
        var shown = await browser.PostAsync(form.Action, fields);
        Assert.That(shown.Status, Is.InRange(400, 499));
        Assert.That(shown.Text, Does.Contain(Texts.For("nl", FormOfAddress.U)[textKey].Split('\n')[0]), "the page");

        var activity = type == "Create"
            ? _peer.Activity(type, peer, _peer.Note(peer, "<p>Toch nog iets.</p>", inReplyTo: about))
            : _peer.Activity(type, peer, about);
        Assert.That(
            await _peer.TellAsync(peer, activity),
            Is.EqualTo((state, Texts.For("en", FormOfAddress.U)[textKey])), "the peer");
    }

    private async Task<Question> AskAsync() => (await _plein.Get<AskQuestion>().ExecuteAsync(
        new AskQuestion.Form("Wanneer wordt het glas opgehaald?", "", (await _plein.TopicAsync("afval")).Id), _anna,
        default)).Value!;

    private async Task<Answer> AnswerAsync(Question question, Caller who) => (await _plein.Get<GiveAnswer>()
        .ExecuteAsync(new GiveAnswer.Form(question.Id, "Op dinsdag, voor acht uur."), who, default)).Value!;

    private async Task<Question> TheirsAsync()
    {
        var topic = await _plein.TopicAsync("afval");
        var note = _peer.Note(_bram, "<p>Wie leegt de glasbak in onze straat?</p>", topic.Uri);
        Assert.That((await _peer.TellAsync(_bram, _peer.Activity("Create", _bram, note))).State,
            Is.EqualTo(InboxState.Done));
        return (await _plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone))!;
    }

    private async Task<Answer> TheirAnswerAsync(Question question, Uri who)
    {
        var note = _peer.Note(who, "<p>Bij ons op woensdag.</p>", inReplyTo: question.Uri);
        Assert.That((await _peer.TellAsync(who, _peer.Activity("Create", who, note))).State,
            Is.EqualTo(InboxState.Done));
        return (await _plein.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone))!;
    }
}
