using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>Another server that says to a whole node what a test wants it to say, signed by hand.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    public const string Public = "https://www.w3.org/ns/activitystreams#Public";

    private static readonly KeyPairs Keys = TestKeys.Bram;
    private static int _number;
    private readonly Plein _plein;

    private ScriptedPeer(RemoteServer server, Plein plein) => (Server, _plein) = (server, plein);

    public RemoteServer Server { get; }

    public static async Task<ScriptedPeer> StartAsync(Plein plein)
    {
        var server = await RemoteServer.StartAsync();
        server.ServeStatus("/inbox", 202);
        return new ScriptedPeer(server, plein);
    }

    /// <summary>An id on this server that was not used before.</summary>
    public string NewId(string kind = "activity") => $"{Server.Origin}/{kind}/{Interlocked.Increment(ref _number)}";

    public Uri Person(string name) => Server.ServeActor(name, Keys);

    /// <summary>A topic of this server that the node follows.</summary>
    public async Task<(Uri Id, Topic Topic)> FollowedGroupAsync(string name)
    {
        var group = Server.ServeActor(name, Keys, actor => actor["type"] = "Group");
        var asked = await _plein.Get<FollowTopic>().FollowRemoteAsync(
            group.AbsoluteUri, Plein.Operator, default);
        Assert.That(asked.Refusal?.ToString(), Is.Null);
        var outcome = await TellAsync(group, Activity("Accept", group, new JsonObject
        {
            ["type"] = "Follow",
            ["actor"] = _plein.Origin + "actor",
            ["object"] = group.AbsoluteUri,
        }));
        Assert.That(outcome, Is.EqualTo((InboxState.Done, (string?)null)));
        return (group, (await _plein.Get<TopicStore>().FindByUriAsync(group.AbsoluteUri))!);
    }

    public JsonObject Activity(string type, Uri actor, JsonNode about) => new()
    {
        ["@context"] = "https://www.w3.org/ns/activitystreams",
        ["id"] = NewId(),
        ["type"] = type,
        ["actor"] = actor.AbsoluteUri,
        ["object"] = about,
    };

    /// <summary>A public Note in a topic.</summary>
    public JsonObject Note(Uri author, string content, string? topic = null, string? inReplyTo = null)
    {
        var note = new JsonObject
        {
            ["id"] = NewId("note"),
            ["type"] = "Note",
            ["attributedTo"] = author.AbsoluteUri,
            ["content"] = content,
            ["to"] = new JsonArray(Public),
            ["cc"] = topic is null ? [] : new JsonArray(topic),
            ["published"] = "2026-03-02T10:15:00Z",
        };
        if (inReplyTo is not null)
            note["inReplyTo"] = inReplyTo;
        return note;
    }

    public SignedRequest Sign(Uri actor, JsonNode activity) => Request(activity).SignCavage(Keys, $"{actor}#main-key");

    /// <summary>A GET of a document of the node.</summary>
    public SignedRequest SignGet(Uri actor, string path)
    {
        var request = new SignedRequest("", TimeProvider.System.GetUtcNow())
        {
            Origin = _plein.Origin,
            Method = "GET",
            Path = path,
        };
        request.Headers["Accept"] = "application/activity+json";
        return request.SignCavage(Keys, $"{actor}#main-key", "(request-target) host date");
    }

    public SignedRequest Request(JsonNode activity) =>
        new(activity.ToJsonString(), TimeProvider.System.GetUtcNow()) { Origin = _plein.Origin };

    /// <summary>Posts an activity that must be kept, and waits for what came of it.</summary>
    public async Task<(InboxState State, string? Reason)> TellAsync(Uri actor, JsonObject activity)
    {
        using var response = await Sign(actor, activity).SendAsync(_plein.Http);
        Assert.That((int)response.StatusCode, Is.EqualTo(202), await response.Content.ReadAsStringAsync());
        return await _plein.OutcomeAsync((string)activity["id"]!);
    }

    /// <summary>Has an activity passed on by a Group.</summary>
    public Task<(InboxState State, string? Reason)> AnnounceAsync(Uri group, JsonNode inner) =>
        TellAsync(group, Activity("Announce", group, inner));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
