using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What one server will not take, or never answers, holds up nothing else that is for it.</summary>
public sealed class HeldUpDeliveriesTests
{
    private readonly ConcurrentQueue<JsonObject> _taken = new();
    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private Topic _topic = null!;
    private Uri _wim = null!;
    private Func<JsonObject, HttpContext, Task<int>> _answer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _taken.Clear();
        _answer = (_, _) => Task.FromResult(202);
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        _peer = await ScriptedPeer.StartAsync(_plein);
        _peer.Server.Routes["/inbox"] = async context =>
        {
            var activity = JsonNode.Parse(_peer.Server.Seen.Last(s => s.Target == "/inbox").Body)!.AsObject();
            var status = await _answer(activity, context);
            context.Response.StatusCode = status;
            if (status == 202)
                _taken.Enqueue(activity);
        };
        _topic = await _plein.TopicAsync("afval");
        _wim = _peer.Person("wim");
        await _peer.TellAsync(_wim, _peer.Activity("Follow", _wim, _plein.Origin + "o/afval"));
        // Who dislikes takes what is wrapped.
        await _peer.TellAsync(_wim, _peer.Activity("Dislike", _wim, _plein.Origin + "q/1"));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
    }

    private async Task<JsonObject> TakenAsync(Func<JsonObject, bool> which)
    {
        await Until.TrueAsync(() => Task.FromResult(_taken.Any(which)), "it arrives");
        return _taken.First(which);
    }

    private static bool Tells(JsonObject activity, string text) =>
        activity.ToJsonString().Contains(text, StringComparison.Ordinal);

    private async Task<Question> AskAsync(Caller caller, string title) =>
        (await _plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(title, "", _topic.Id), caller, default)).Value!;

    private async Task<string> AnswerAsync(Question question, Caller caller, string text) =>
        (await _plein.Get<GiveAnswer>().ExecuteAsync(new GiveAnswer.Form(question.Id, text), caller, default))
        .Value!.Uri;

    [Test]
    public async Task A_personal_block_silences_neither_the_author_nor_the_thread()
    {
        var anna = await _plein.PersonAsync("Anna");
        var question = await AskAsync(anna, "Mag een luier in het gft?");
        await TakenAsync(activity => Tells(activity, question.Uri));
        _answer = (activity, context) => Task.FromResult(
            context.Request.Headers.ContainsKey("Signature-Input") ? 401
            : Tells(activity, "Dit wil Wim niet lezen") ? 403
            : 202);
        await AnswerAsync(question, anna, "Dit wil Wim niet lezen.");
        await AnswerAsync(question, anna, "Een tweede antwoord.");
        await TakenAsync(activity => Tells(activity, "Een tweede antwoord"));
        await Until.TrueAsync(
            () => Task.FromResult(_plein.Count("select count(*) from deliveries") == 0), "nothing waits");
        Assert.That(_taken.Any(activity => Tells(activity, "Dit wil Wim niet lezen")), Is.False);
    }

    [Test]
    public async Task What_a_server_rejects_instead_of_answering_ends_and_the_next_goes_at_once()
    {
        var anna = await _plein.PersonAsync("Anna");
        var question = await AskAsync(anna, "Mag een luier in het gft?");
        await TakenAsync(activity => Tells(activity, question.Uri));
        var isTold = 0;
        _answer = async (activity, context) =>
        {
            if (!Tells(activity, "waarop de handler struikelt"))
                return 202;
            if (Interlocked.Exchange(ref isTold, 1) == 0)
                // As NodeBB does: of the type and the object, not of the activity.
                await _peer.TellAsync(_wim, _peer.Activity("Reject", _wim, new JsonObject
                {
                    ["type"] = "Create",
                    ["target"] = (string)activity["actor"]!,
                    ["object"] = activity["object"]!["object"]!.DeepClone(),
                }));
            context.Abort();
            return 0;
        };
        await AnswerAsync(question, anna, "Een antwoord waarop de handler struikelt.");
        await AnswerAsync(question, anna, "Een tweede antwoord.");
        await TakenAsync(activity => Tells(activity, "Een tweede antwoord"));
        await Until.TrueAsync(
            () => Task.FromResult(_plein.Count("select count(*) from deliveries") == 0), "nothing waits");
    }

    [Test]
    public async Task A_server_that_speaks_to_us_gets_what_waits_for_it()
    {
        var anna = await _plein.PersonAsync("Anna");
        _answer = (_, _) => Task.FromResult(500);
        var question = await AskAsync(anna, "Mag een luier in het gft?");
        await Until.TrueAsync(
            () => Task.FromResult(_plein.Count("select count(*) from deliveries where attempts > 0") > 0), "it waits");
        await _plein.Get<Ontmoetingsplein.Storage.Database>().WriteAsync(writing => PeerStore.Park(
            writing, _peer.Server.Authority));
        _answer = (_, _) => Task.FromResult(202);
        await _peer.TellAsync(_wim, _peer.Activity("Like", _wim, question.Uri));
        await TakenAsync(activity => Tells(activity, question.Uri));
    }

    [Test]
    public async Task A_topic_announces_nothing_back_to_the_server_that_it_came_from()
    {
        await using var other = await ScriptedPeer.StartAsync(_plein);
        var carla = other.Person("carla");
        await other.TellAsync(carla, other.Activity("Follow", carla, _plein.Origin + "o/afval"));
        await other.TellAsync(carla, other.Activity("Dislike", carla, _plein.Origin + "q/1"));
        var note = _peer.Note(_wim, "<p><strong>Wanneer komt de wagen?</strong></p>", _plein.Origin + "o/afval");
        await _peer.TellAsync(_wim, _peer.Activity("Create", _wim, note.DeepClone()));
        await _peer.TellAsync(_wim, _peer.Activity("Update", _wim, note.DeepClone()));
        await Until.TrueAsync(
            () => Task.FromResult(other.Server.Seen.Any(
                s => Encoding.UTF8.GetString(s.Body).Contains("Wanneer komt", StringComparison.Ordinal))),
            "others hear of it");
        await Until.TrueAsync(
            () => Task.FromResult(_plein.Count("select count(*) from deliveries") == 0), "all arrived");
        Assert.That(_taken.Select(activity => (string?)activity["type"]), Has.None.EqualTo("Announce"));
    }
}
