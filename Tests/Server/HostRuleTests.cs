using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Which hosts a node deals with: blocked, hidden, allowed, and what a decision cuts.</summary>
internal sealed class HostRuleTests
{
    private static async Task<IEnumerable<string>> ChangesAsync(Plein plein, ScriptedPeer node, Uri actor)
    {
        using var response = await node.SignGet(actor, "/omp/changes?page=0").SendAsync(plein.Http);
        var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return page["orderedItems"]!.AsArray().Select(one => (string)one!);
    }

    private static readonly FederationOptions Options = new() { Origin = new Uri("https://plein.example") };

    [Test]
    public void A_list_of_Mastodon_is_read_and_what_it_does_not_say_is_told()
    {
        const string exported = """"
            #domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
            slecht.example,suspend,TRUE,TRUE,"spam, en ""meer""",false
            Stil.Example.,silence,FALSE,FALSE,,false
            ver*opt.example,suspend,TRUE,TRUE,,true
            alleenmedia.example,noop,TRUE,FALSE,,false
            plein.example,suspend,,,,
            """";
        var list = HostRuleList.Read(exported.ReplaceLineEndings("\r\n"), PeerVerdict.Refuse, Options);
        Assert.That(list.Changes, Is.EqualTo(new[]
        {
            new HostRuleChange("slecht.example", PeerVerdict.Refuse, "spam, en \"meer\""),
            new HostRuleChange("stil.example", PeerVerdict.Hide, ""),
        }));
        Assert.That(list.Unread, Has.Count.EqualTo(3));
        Assert.That(
            HostRuleList.Read(HostRuleList.Write(list.Changes), PeerVerdict.Allow, Options).Changes,
            Is.EqualTo(list.Changes));
        Assert.That(
            HostRuleList.Read("#domain\ngoed.example\n", PeerVerdict.Allow, Options).Changes,
            Is.EqualTo(new[] { new HostRuleChange("goed.example", PeerVerdict.Allow, "") }));
    }

    [TestCase("slecht.example", PeerVerdict.Refuse)]
    [TestCase("diep.onder.slecht.example", PeerVerdict.Refuse)]
    [TestCase("slecht.example:8443", PeerVerdict.Refuse)]
    [TestCase("nietslecht.example", PeerVerdict.Allow)]
    [TestCase("goed.slecht.example", PeerVerdict.Allow)]
    public void Row_26_a_rule_is_for_a_host_and_all_below_it_unless_a_nearer_one_says_otherwise(
        string host, PeerVerdict expected)
    {
        var rules = new[]
        {
            new PeerRule { Subject = "slecht.example", Verdict = PeerVerdict.Refuse },
            new PeerRule { Subject = "goed.slecht.example", Verdict = PeerVerdict.Allow },
        }.ToDictionary(rule => rule.Subject);
        Assert.That(PeerRule.Judge(rules, host), Is.EqualTo(expected));
        var listed = rules.Append(new("*", new PeerRule { Subject = "*", Verdict = PeerVerdict.Refuse }))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.That(PeerRule.Judge(listed, "onbekend.example"), Is.EqualTo(PeerVerdict.Refuse));
    }

    [Test]
    public async Task Row_26_a_blocked_host_is_cut_off_at_every_door_and_comes_back_when_it_is_allowed()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var third = await ScriptedPeer.StartAsync(plein);
        var topic = await plein.TopicAsync("afval");
        var (bram, carla) = (peer.Person("bram"), third.Person("carla"));
        var (group, _) = await peer.FollowedGroupAsync("wonen");
        var note = third.Note(carla, "<p>Wanneer wordt dit verborgen?</p>", topic.Uri);
        await third.TellAsync(carla, Create(third, carla, note));
        await third.TellAsync(carla, third.Activity("Follow", carla, topic.Uri));
        Assert.That(await FindAsync(plein, note), Is.Not.Null);
        var path = $"/q/{(await FindAsync(plein, note))!.Id}";
        Assert.That((await plein.Http.GetAsync(path)).IsSuccessStatusCode);
        var outbox = new Uri(topic.Uri).AbsolutePath + "/outbox?page=0";
        Assert.That((await plein.GetActivityAsync(outbox)).Body!.ToJsonString(), Does.Contain("verborgen?"));
        await plein.Get<Database>().WriteAsync(writing =>
            PeerStore.LearnKind(writing, peer.Server.Authority, isForum: true, speaksProfile: true));
        Assert.That(await ChangesAsync(plein, peer, bram), Is.Not.Empty);

        var host = third.Server.Authority;
        var block = new[] { new HostRuleChange(host, PeerVerdict.Refuse, "spam") };
        var decide = plein.Get<DecideOnHosts>();
        var effect = (await decide.PreviewAsync(block, default)).Single();
        Assert.That(
            (effect.Stake.Host, effect.Stake.Followers, effect.Stake.Questions, effect.After),
            Is.EqualTo((host, 1L, 1L, PeerVerdict.Refuse)));
        Assert.That(await FindAsync(plein, note), Is.Not.Null, "a preview changes nothing");
        var outsider = await decide.ExecuteAsync(block, Caller.Visitor, default);
        Assert.That(outsider, Is.Not.Null, "for administrators only");
        Assert.That(await decide.ExecuteAsync(block, Plein.Operator, default), Is.Null);

        Assert.That(await FindAsync(plein, note), Is.Null);
        Assert.That((int)(await plein.Http.GetAsync(path)).StatusCode, Is.EqualTo(404));
        Assert.That((await plein.GetActivityAsync(outbox)).Body!.ToJsonString(), Does.Not.Contain("verborgen?"));
        Assert.That(await ChangesAsync(plein, peer, bram), Is.Empty);
        Assert.That(plein.Count("select count(*) from follows where activity_uri like @id", third.Server.Origin + "%"),
            Is.Zero);
        using (var refused = await third.Sign(carla, third.Activity("Like", carla, topic.Uri)).SendAsync(plein.Http))
            Assert.That((int)refused.StatusCode, Is.EqualTo(403));
        var asked = third.Server.Seen.Count;
        var lookup = await plein.Get<RemoteActors>().FindByHandleAsync(carla.AbsoluteUri, null, default);
        Assert.That(lookup.Actor, Is.Null);
        var announced = third.Note(carla, "<p>Via een ander?</p>");
        await peer.AnnounceAsync(group, Create(third, carla, announced));
        await peer.AnnounceAsync(group, (string)announced["id"]!);
        Assert.That(await FindAsync(plein, announced), Is.Null);
        Assert.That(third.Server.Seen, Has.Count.EqualTo(asked), "nothing is fetched from it");

        await decide.ExecuteAsync([new HostRuleChange(host, null, "")], Plein.Operator, default);
        Assert.That(await FindAsync(plein, note), Is.Not.Null);
        var later = third.Note(carla, "<p>Mag ik weer meedoen?</p>", topic.Uri);
        Assert.That(
            (await third.TellAsync(carla, Create(third, carla, later))).State, Is.EqualTo(InboxState.Done));
        var other = Create(peer, bram, peer.Note(bram, "<p>Mag ik ook meedoen?</p>", topic.Uri));
        Assert.That((await peer.TellAsync(bram, other)).State, Is.EqualTo(InboxState.Done));
    }

    [Test]
    public async Task What_a_hidden_host_writes_is_taken_but_neither_shown_nor_passed_on()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var topic = await plein.TopicAsync("afval");
        var bram = peer.Person("bram");
        await plein.Get<DecideOnHosts>().ExecuteAsync(
            [new HostRuleChange(peer.Server.Authority, PeerVerdict.Hide, "")], Plein.Operator, default);
        await peer.TellAsync(bram, peer.Activity("Follow", bram, topic.Uri));
        var note = peer.Note(bram, "<p>Ziet iemand dit wel?</p>", topic.Uri);
        Assert.That((await peer.TellAsync(bram, Create(peer, bram, note))).State, Is.EqualTo(InboxState.Done));
        Assert.That(await FindAsync(plein, note), Is.Null);
        Assert.That(await plein.Http.GetStringAsync("/vragen"), Does.Not.Contain("Ziet iemand dit wel?"));
        Assert.That(plein.Count("select count(*) from activities where type = 'Announce'"), Is.Zero);
        Assert.That(plein.Count("select count(*) from follows where activity_uri <> ''"), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_listed_hosts_are_dealt_with_when_an_administrator_wants_so()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var third = await ScriptedPeer.StartAsync(plein);
        var topic = await plein.TopicAsync("afval");
        await plein.Get<DecideOnHosts>().ExecuteAsync(
            [
                new HostRuleChange(PeerRule.Everyone, PeerVerdict.Refuse, ""),
                new HostRuleChange(peer.Server.Authority, PeerVerdict.Allow, ""),
            ], Plein.Operator, default);
        var (bram, carla) = (peer.Person("bram"), third.Person("carla"));
        Assert.That((await peer.TellAsync(bram, peer.Activity("Follow", bram, topic.Uri))).State,
            Is.EqualTo(InboxState.Done));
        using var refused = await third.Sign(carla, third.Activity("Follow", carla, topic.Uri)).SendAsync(plein.Http);
        Assert.That((int)refused.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task An_administrator_sees_what_a_list_cuts_before_it_is_carried_out_and_outsiders_see_nothing()
    {
        await using var forum = await TestForum.StartAsync();
        var (admin, _) = await forum.SignedInAsync("Beheer", Role.Administrator);
        using var visitor = forum.Visitor();
        var (member, _) = await forum.SignedInAsync("Lid");
        Assert.That((await member.GetAsync("/beheer/toegang")).Status, Is.EqualTo(403));
        Assert.That((await visitor.GetAsync("/beheer/toegang")).Html, Does.Not.Contain("verdict"));

        var page = await admin.GetAsync("/beheer/toegang");
        var empty = await admin.SubmitAsync(page, "/beheer/toegang", ("list", "https://dit/is geen server"));
        Assert.That((empty.Status, empty.Html.Contains("dit/is geen server", StringComparison.Ordinal)),
            Is.EqualTo((400, true)));
        var preview = await admin.SubmitAsync(
            page, "/beheer/toegang", ("list", "slecht.example,suspend,spam"), ("verdict", "Refuse"));
        Assert.That(preview.Status, Is.EqualTo(200), preview.Text);
        Assert.That((await forum.Get<PeerRuleStore>().ListAsync()), Is.Empty);
        var done = await admin.FollowAsync(await admin.SubmitAsync(preview, "/beheer/toegang/doorvoeren"));
        Assert.That(done.Text, Does.Contain("slecht.example").And.Contain("spam"));
        Assert.That(await forum.Get<PeerRuleStore>().JudgeAsync("x.slecht.example"), Is.EqualTo(PeerVerdict.Refuse));
    }

    [Test]
    public async Task A_list_as_long_as_the_longest_there_are_is_shown_and_carried_out_and_a_longer_one_is_refused()
    {
        await using var forum = await TestForum.StartAsync();
        var (admin, _) = await forum.SignedInAsync("Beheer", Role.Administrator);
        var page = await admin.GetAsync("/beheer/toegang");
        var list = "#domain,#severity,#public_comment\n" + string.Concat(Enumerable.Range(0, 5_000).Select(
            n => $"server{n}.voorbeeld.example,{(n % 2 == 0 ? "suspend" : "silence")},\"Spam, en nog wat meer\"\n"));
        var preview = await admin.SubmitAsync(page, "/beheer/toegang", ("file", list));
        Assert.That(preview.Status, Is.EqualTo(200), preview.Text);
        Assert.That(preview.Text, Does.Contain("5.000 keuzes"));
        await admin.FollowAsync(await admin.SubmitAsync(preview, "/beheer/toegang/doorvoeren"));
        var rules = await forum.Get<PeerRuleStore>().ListAsync();
        Assert.That(rules.Count(rule => rule.Verdict == PeerVerdict.Hide), Is.EqualTo(2_500));
        Assert.That(rules.Count(rule => rule.Verdict == PeerVerdict.Refuse), Is.EqualTo(2_500));
        var tooLong = await admin.SubmitAsync(
            page, "/beheer/toegang", ("file", new string('a', HostRuleList.MaxLength + 1)));
        Assert.That(tooLong.Status, Is.EqualTo(400));
        Assert.That(tooLong.Text, Does.Contain("te lang"));
    }

    private static JsonObject Create(ScriptedPeer peer, Uri author, JsonObject note)
    {
        var create = peer.Activity("Create", author, note.DeepClone());
        (create["to"], create["cc"]) = (note["to"]!.DeepClone(), note["cc"]!.DeepClone());
        return create;
    }

    private static Task<Question?> FindAsync(Plein plein, JsonObject note) =>
        plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone);
}
