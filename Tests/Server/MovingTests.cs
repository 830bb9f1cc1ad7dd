using System.Text.Json.Nodes;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Accounts on other servers: bringing followers from there, taking them there, and being found.</summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public class MovingTests(TestEngine engine)
{
    private const string Page = "/account/verhuizen";

    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private Browser _browser = null!;
    private Caller _anna = null!;
    private int _number;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // Twenty look-ups an hour for a new account.
        _plein = await Plein.StartAsync(
            TestKeys.Node, ["afval"], options => options with { PostingFactor = 2 }, engine: engine);
        _peer = await ScriptedPeer.StartAsync(_plein);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _peer.DisposeAsync();
        await _plein.DisposeAsync();
    }

    [SetUp]
    public async Task SignInAsync()
    {
        _anna = await _plein.PersonAsync($"Anna {++_number}");
        var token = await _plein.Get<Database>().WriteAsync(w => SignIn.Start(w, _anna.Account!.ActorId));
        _browser = new Browser(_plein.Door);
        _browser.Cookies[SessionCookie.Name] = token.Text;
    }

    [TearDown]
    public void SignOut() => _browser.Dispose();

    [Test]
    public async Task An_account_elsewhere_that_somebody_names_stands_in_their_actor_until_it_is_taken_away()
    {
        var old = _peer.Person($"oud{_number}");
        var added = await AddAsync(old.AbsoluteUri);
        Assert.That(added.Location, Is.EqualTo(Page + "#top"));
        var page = await _browser.FollowAsync(added);
        Assert.That(page.Text, Does.Contain($"@oud{_number}@{old.Authority}"));
        Assert.That((await ActorAsync())["alsoKnownAs"]!.AsArray().Select(one => (string?)one),
            Is.EqualTo([old.AbsoluteUri]));

        var gone = await _browser.FollowAsync(
            await _browser.SubmitAsync(page, Page + "/weghalen", ("uri", old.AbsoluteUri)));
        Assert.That(gone.Page.QuerySelector($"a[href='{old}']"), Is.Null);
        Assert.That((await ActorAsync())["alsoKnownAs"], Is.Null);
    }

    [Test]
    public async Task An_account_is_shown_by_the_name_of_its_own_host_whatever_it_claims()
    {
        var old = _peer.Server.ServeActor(
            $"schijn{_number}", TestKeys.Bram, actor => actor["webfinger"] = "koning@paleis.example");
        var page = await _browser.FollowAsync(await AddAsync(old.AbsoluteUri));
        Assert.That(page.Text, Does.Contain($"@schijn{_number}@{old.Authority}").And.Not.Contain("paleis"));
    }

    [Test]
    public async Task Who_moves_to_an_account_that_names_this_one_sends_its_followers_there()
    {
        var self = Self();
        var follower = _peer.Person("lezer");
        await _peer.TellAsync(follower, _peer.Activity("Follow", follower, self));
        // It is known here already, from before it named this account.
        var target = _peer.Person($"nieuw{_number}");
        var refused = await MoveAsync(target.AbsoluteUri);
        Assert.That((int)refused.Status, Is.EqualTo(400));
        Assert.That(refused.Text, Does.Contain("noemt dit account niet"));
        Assert.That(refused.Page.QuerySelector("input[name=new]")!.GetAttribute("value"),
            Is.EqualTo(target.AbsoluteUri), "what was typed");
        Assert.That(Posted("Move"), Is.Empty);

        _peer.Server.ServeActor($"nieuw{_number}", TestKeys.Bram, actor => actor["alsoKnownAs"] = new JsonArray(self));
        var moved = await _browser.FollowAsync(await MoveAsync(target.AbsoluteUri));
        Assert.That(moved.Text, Does.Contain("Uw volgers gaan nu mee."));
        await Until.TrueAsync(() => Task.FromResult(Posted("Move").Count > 0), "the Move");
        Assert.That(
            Posted("Move").Select(move =>
                ((string?)move["actor"], (string?)move["object"], (string?)move["target"])),
            Is.EqualTo([(self, self, target.AbsoluteUri)]));
        Assert.That(
            Posted("Update").Select(update => (string?)update["object"]!["movedTo"]),
            Does.Contain(target.AbsoluteUri), "who looks finds that it is true");
        Assert.That((string?)(await ActorAsync())["movedTo"], Is.EqualTo(target.AbsoluteUri));
        using var visitor = new Browser(_plein.Door);
        var profile = await visitor.GetAsync(new Uri(self).AbsolutePath);
        Assert.That(profile.Page.QuerySelector($"a[href='{target}']"), Is.Not.Null);

        var back = await _browser.FollowAsync(await _browser.SubmitAsync(moved, Page + "/blijven"));
        Assert.That(back.Page.QuerySelector("input[name=new]"), Is.Not.Null);
        Assert.That((await ActorAsync())["movedTo"], Is.Null);
        Assert.That(Posted("Move"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_wants_to_be_found_tells_other_servers_and_else_is_not()
    {
        Assert.That(
            ((bool)(await ActorAsync())["discoverable"]!, (bool)(await ActorAsync())["indexable"]!),
            Is.EqualTo((false, false)));
        var reader = _peer.Person("lezer");
        await _peer.TellAsync(reader, _peer.Activity("Follow", reader, Self()));
        var page = await _browser.GetAsync("/account");
        var saved = await _browser.FollowAsync(
            await _browser.SubmitAsync(page, "/account", ("discoverable", "true")));
        Assert.That(
            ((bool)(await ActorAsync())["discoverable"]!, (bool)(await ActorAsync())["indexable"]!),
            Is.EqualTo((true, true)));
        Assert.That(saved.Page.QuerySelector("input[name=discoverable]")!.HasAttribute("checked"), Is.True);
        await Until.TrueAsync(() => Task.FromResult(Posted("Update").Count > 0), "the Update");
        Assert.That((bool)Posted("Update").Single()["object"]!["discoverable"]!, Is.True);
    }

    [TestCase("", "Vul een adres in")]
    [TestCase("dit is niets", "We konden dit is niets niet vinden")]
    [TestCase("@iemand@localhost:1", "andere server antwoordt nu niet")]
    public async Task What_is_no_account_gets_a_clear_answer_and_changes_nothing(string typed, string answer)
    {
        var page = await AddAsync(typed);
        Assert.That((int)page.Status, Is.EqualTo(400));
        Assert.That(page.Page.QuerySelector("#errors")?.TextContent, Does.Contain(answer));
        Assert.That(page.Page.QuerySelector("input[name=old]")!.GetAttribute("value") ?? "", Is.EqualTo(typed));
        Assert.That((await ActorAsync())["alsoKnownAs"], Is.Null);
    }

    [Test]
    public async Task A_topic_or_an_account_of_this_node_is_no_account_elsewhere()
    {
        var group = _peer.Server.ServeActor($"groep{_number}", TestKeys.Bram, actor => actor["type"] = "Group");
        Assert.That((await AddAsync(group.AbsoluteUri)).Text, Does.Contain("niet van een persoon"));
        Assert.That((await AddAsync(Self())).Text, Does.Contain("account op dit plein"));
        Assert.That(
            (await AddAsync($"@afval@{_plein.Origin.Authority}")).Text, Does.Contain("account op dit plein"));
    }

    [Test]
    public async Task A_move_is_not_made_without_saying_so()
    {
        var self = Self();
        var target = _peer.Server.ServeActor(
            $"zeker{_number}", TestKeys.Bram, actor => actor["alsoKnownAs"] = self);
        var page = await _browser.GetAsync(Page);
        var unsure = await _browser.SubmitAsync(page, Page, ("new", target.AbsoluteUri));
        Assert.That((int)unsure.Status, Is.EqualTo(400));
        var box = unsure.Page.QuerySelector("#f-sure")!;
        Assert.That(
            (box.GetAttribute("aria-invalid"), box.GetAttribute("aria-describedby")),
            Is.EqualTo(("true", "f-sure-error")));
        Assert.That(
            unsure.Page.QuerySelector("#f-sure-error")!.TextContent, Does.Contain("Zet een vinkje"));
        Assert.That((await ActorAsync())["movedTo"], Is.Null);
    }

    [Test]
    public async Task Other_servers_are_not_asked_more_than_twenty_times_an_hour_for_one_person()
    {
        for (var time = 0; time < 20; time++)
        {
            Assert.That((int)(await AddAsync("@iemand@localhost:1")).Status, Is.EqualTo(400));
        }

        Assert.That((int)(await AddAsync("@iemand@localhost:1")).Status, Is.EqualTo(429));
    }

    [Test]
    public async Task A_visitor_sees_and_changes_nothing()
    {
        using var visitor = new Browser(_plein.Door);
        Assert.That((await visitor.GetAsync(Page)).Location, Does.StartWith("/inloggen"));
        var move = _plein.Get<MoveAccount>();
        foreach (var outcome in new[]
        {
            await move.AddAsync("@a@b.example", Caller.Visitor, default),
            await move.MoveAsync("@a@b.example", true, Caller.Visitor, default),
            await move.RemoveAsync(null, Caller.Visitor, default),
        })
        {
            Assert.That(outcome.Refusal?.Kind, Is.EqualTo(RefusalKind.SignInNeeded));
        }
    }

    [Test]
    public async Task Somebody_of_another_server_who_moves_is_fetched_anew_and_nobody_else_moves()
    {
        var name = $"reiziger{_number}";
        var traveller = _peer.Person(name);
        await _peer.TellAsync(traveller, _peer.Activity("Follow", traveller, Self()));
        _peer.Server.ServeActor(name, TestKeys.Bram, actor => actor["name"] = "Reiziger elders");
        var move = _peer.Activity("Move", traveller, traveller.AbsoluteUri);
        move["target"] = _peer.Person("elders").AbsoluteUri;
        Assert.That((await _peer.TellAsync(traveller, move)).State, Is.EqualTo(InboxState.Ignored));
        var row = await _plein.Get<ActorStore>().FindByUriAsync(traveller.AbsoluteUri);
        Assert.That(row!.DisplayName, Is.EqualTo("Reiziger elders"));
        Assert.That(
            _plein.Count("select count(*) from follows f join actors a on a.id = f.follower_id where a.uri = @id",
                traveller.AbsoluteUri), Is.EqualTo(1));
    }

    private string Self() => $"{_plein.Origin}p/{_anna.Account!.Name}";

    private async Task<Seen> AddAsync(string typed) =>
        await _browser.SubmitAsync(await _browser.GetAsync(Page), Page + "/toevoegen", ("old", typed));

    private async Task<Seen> MoveAsync(string typed) =>
        await _browser.SubmitAsync(await _browser.GetAsync(Page), Page, ("new", typed), ("sure", "true"));

    private async Task<JsonNode> ActorAsync()
    {
        var (_, actor) = await _plein.GetActivityAsync(new Uri(Self()).AbsolutePath);
        return actor!;
    }

    private List<JsonNode> Posted(string type) =>
    [
        .. _peer.Server.Seen.Where(seen => seen.Method == "POST").Select(seen => JsonNode.Parse(seen.Body)!)
            .Where(activity => (string?)activity["type"] == type && (string?)activity["actor"] == Self()),
    ];
}
