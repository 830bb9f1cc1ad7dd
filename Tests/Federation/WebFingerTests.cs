using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Discovery;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public class WebFingerTests
{
    private TestNode _node = null!;
    private RemoteServer _good = null!;
    private RemoteServer _evil = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _node = new TestNode();
        _good = await RemoteServer.StartAsync();
        _evil = await RemoteServer.StartAsync();
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _node.DisposeAsync();
        await _good.DisposeAsync();
        await _evil.DisposeAsync();
    }

    private static void Serve(
        RemoteServer server, string asked, string subject, params (Uri Href, string? Type)[] selves)
    {
        var links = new JsonArray([.. selves.Select(s => (JsonNode)new JsonObject
        {
            ["rel"] = "self",
            ["type"] = "application/activity+json",
            ["href"] = s.Href.AbsoluteUri,
            ["properties"] = new JsonObject { ["https://www.w3.org/ns/activitystreams#type"] = s.Type },
        })]);
        server.ServeActivity($"/.well-known/webfinger?resource={Uri.EscapeDataString("acct:" + asked)}",
            new JsonObject { ["subject"] = "acct:" + subject, ["links"] = links }.ToJsonString(),
            "application/jrd+json; charset=utf-8");
    }

    private Task<ActorLookup> ResolveAsync(string handle, string? type = null) =>
        _node.Get<WebFinger>().ResolveAsync(handle, type, default);

    [TestCase("@bram@{0}")]
    [TestCase("bram@{0}")]
    [TestCase("acct:bram@{0}")]
    public async Task A_handle_leads_to_its_actor(string form)
    {
        var bram = _good.ServeActor("bram", TestKeys.Bram);
        Serve(_good, $"bram@{_good.Authority}", $"Bram@{_good.Authority}", (bram, null));
        var found = await ResolveAsync(string.Format(null, form, _good.Authority));
        Assert.That(found.Actor?.Id, Is.EqualTo(bram), found.Reason);
    }

    [TestCase("bram")]
    [TestCase("@bram@")]
    [TestCase("@@plein.example")]
    [TestCase("@bram@evil.example/path")]
    [TestCase("@bram@user@evil.example")]
    [TestCase("@bram?x=1@evil.example")]
    public async Task Row_29_what_is_no_handle_is_not_asked_for(string handle) =>
        Assert.That((await ResolveAsync(handle)).Reason, Is.EqualTo("This is not a handle."));

    [Test]
    public async Task An_unknown_name_is_not_found() =>
        Assert.That((await ResolveAsync($"bram@{_good.Authority}")).Status, Is.EqualTo(ActorStatus.NotFound));

    [TestCase("<Link rel=\"lrdd\" template=\"{0}/names?of={{uri}}\"/>", ActorStatus.Found)]
    [TestCase("<Link rel=\"lrdd\" template=\"https://plein.example/names?of={{uri}}\"/>", ActorStatus.Refused)]
    [TestCase("<Link rel=\"lrdd\" template=\"file:///etc/passwd?{{uri}}\"/>", ActorStatus.NotFound)]
    [TestCase("<Link rel=\"lrdd\" template=\"{0}/names\"/>", ActorStatus.NotFound)]
    [TestCase("<Link rel=", ActorStatus.NotFound)]
    public async Task Row_6_a_host_that_keeps_its_names_elsewhere_says_so_in_host_meta(
        string link, ActorStatus expected)
    {
        var bram = _good.ServeActor("bram", TestKeys.Bram);
        Serve(_good, $"bram@{_good.Authority}", $"bram@{_good.Authority}", (bram, null));
        _good.Routes.Remove(
            $"/.well-known/webfinger?resource={Uri.EscapeDataString($"acct:bram@{_good.Authority}")}", out var names);
        _good.Routes[$"/names?of={Uri.EscapeDataString($"acct:bram@{_good.Authority}")}"] = names!;
        _good.ServeActivity(
            "/.well-known/host-meta",
            $"<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">{string.Format(null, link, _good.Origin)}</XRD>",
            "application/xrd+xml; charset=utf-8");
        Assert.That((await ResolveAsync($"bram@{_good.Authority}")).Status, Is.EqualTo(expected));
    }

    [Test]
    public void Host_meta_with_entities_is_not_read() =>
        Assert.That(
            HostMeta.ReadTemplate(
                """
                <!DOCTYPE XRD [<!ENTITY a "b">]>
                <XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
                <Link rel="lrdd" template="https://a.example/{uri}"/></XRD>
                """u8),
            Is.Null);

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_actor_that_says_its_handle_needs_no_names_on_its_own_host_but_the_handle_must_lead_to_it(
        bool leadsBack)
    {
        var name = $"anna@{_evil.Authority}";
        var anna = _good.ServeActor("anna", TestKeys.Bram, actor => actor["webfinger"] = name);
        var other = _good.ServeActor("mallory", TestKeys.Other, actor => actor["webfinger"] = "x@y.example");
        Serve(_evil, name, name, (leadsBack ? anna : other, null));
        var found = await ResolveAsync(name);
        Assert.That(found.Actor?.Id, Is.EqualTo(leadsBack ? anna : null), found.Reason);
    }

    [Test]
    public async Task Row_33_a_handle_that_points_at_an_actor_of_another_host_is_refused()
    {
        var alice = _good.ServeActor("alice", TestKeys.Bram);
        Serve(_good, $"alice@{_good.Authority}", $"alice@{_good.Authority}", (alice, null));
        Serve(_evil, $"bob@{_evil.Authority}", $"bob@{_evil.Authority}", (alice, null));
        Assert.That((await ResolveAsync($"bob@{_evil.Authority}")).Status, Is.EqualTo(ActorStatus.Refused));
    }

    [Test]
    public async Task Row_33_an_answer_that_takes_another_hosts_name_is_checked_there()
    {
        var alice = _good.ServeActor("alice", TestKeys.Bram);
        var fake = _evil.ServeActor("alice", TestKeys.Other);
        Serve(_good, $"alice@{_good.Authority}", $"alice@{_good.Authority}", (alice, null));
        Serve(_evil, $"alice@{_evil.Authority}", $"alice@{_good.Authority}", (fake, null));
        var found = await ResolveAsync($"alice@{_evil.Authority}");
        Assert.That(found.Actor?.Id, Is.EqualTo(alice), "the name's own host decides");
    }

    [Test]
    public async Task Row_33_an_actor_that_claims_another_name_than_its_host_confirms_is_refused()
    {
        var fake = _evil.ServeActor("mallory", TestKeys.Other);
        Serve(_evil, $"alice@{_evil.Authority}", $"alice@{_evil.Authority}", (fake, null));
        Assert.That((await ResolveAsync($"alice@{_evil.Authority}")).Actor, Is.Null);
    }

    [Test]
    public async Task Row_33_an_answer_that_leads_from_host_to_host_is_refused()
    {
        Serve(_evil, $"a@{_evil.Authority}", $"a@{_good.Authority}");
        Serve(_good, $"a@{_good.Authority}", $"a@{_evil.Authority}");
        Assert.That((await ResolveAsync($"a@{_evil.Authority}")).Reason,
            Is.EqualTo("The handle leads from host to host."));
    }

    [Test]
    public async Task A_handle_on_a_domain_of_its_own_counts_when_both_sides_say_so()
    {
        var bram = _good.ServeActor("bram", TestKeys.Bram);
        Serve(_evil, $"bram@{_evil.Authority}", $"bram@{_evil.Authority}", (bram, null));
        Serve(_good, $"bram@{_good.Authority}", $"bram@{_evil.Authority}", (bram, null));
        Assert.That((await ResolveAsync($"bram@{_evil.Authority}")).Actor?.Id, Is.EqualTo(bram));
    }

    [TestCase(null, "Person")]
    [TestCase("Person", "Person")]
    [TestCase("Group", "Group")]
    public async Task A_name_of_a_person_and_a_group_gives_the_wanted_one(string? wanted, string expected)
    {
        var (person, group) = (_good.ServeActor("fiets", TestKeys.Bram), ServeGroup());
        Serve(_good, $"fiets@{_good.Authority}", $"fiets@{_good.Authority}", (group, "Group"), (person, "Person"));
        Assert.That((await ResolveAsync($"fiets@{_good.Authority}", wanted)).Actor?.Type, Is.EqualTo(expected));
    }

    [Test]
    public async Task Two_links_without_a_type_are_both_fetched()
    {
        var (person, group) = (_good.ServeActor("fiets", TestKeys.Bram), ServeGroup());
        Serve(_good, $"fiets@{_good.Authority}", $"fiets@{_good.Authority}", (person, null), (group, null));
        Assert.That((await ResolveAsync($"fiets@{_good.Authority}", "Group")).Actor?.Id, Is.EqualTo(group));
    }

    [Test]
    public async Task Three_links_are_too_many()
    {
        var bram = _good.ServeActor("bram", TestKeys.Bram);
        Serve(_good, $"bram@{_good.Authority}", $"bram@{_good.Authority}",
            (bram, null), (_good.Url("/u/b"), null), (_good.Url("/u/c"), null));
        Assert.That((await ResolveAsync($"bram@{_good.Authority}")).Status, Is.EqualTo(ActorStatus.Refused));
    }

    private Uri ServeGroup()
    {
        var id = _good.Url("/u/c-fiets");
        _good.ServeActor("c-fiets", TestKeys.Other, a =>
        {
            a["type"] = "Group";
            a["preferredUsername"] = "fiets";
        });
        return id;
    }
}
