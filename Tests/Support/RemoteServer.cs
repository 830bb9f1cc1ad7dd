using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A request as another server saw it.</summary>
public sealed record SeenRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Another server: a real one on loopback that answers as the test says and notes what it was asked.</summary>
public sealed class RemoteServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RemoteServer(WebApplication app) => _app = app;

    public string Origin { get; private set; } = "";

    public string Authority => new Uri(Origin).Authority;

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>Answers by path, query included or not; everything else is 404.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Routes { get; } = new();

    public static async Task<RemoteServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        var server = new RemoteServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Origin = app.Urls.Single();
        return server;
    }

    public Uri Url(string path) => new(Origin + path);

    public int Count(string path) => Seen.Count(s => s.Target == path);

    public void ServeActivity(string path, string json, string contentType = "application/activity+json") =>
        Routes[path] = context =>
        {
            context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json)).AsTask();
        };

    public void ServeStatus(string path, int status) => Routes[path] = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Serves a person with both keys at /u/name.</summary>
    /// <returns>Its id.</returns>
    public Uri ServeActor(string name, KeyPairs keys, Action<JsonObject>? change = null)
    {
        var id = Url($"/u/{name}");
        var actor = new JsonObject
        {
            ["@context"] = "https://www.w3.org/ns/activitystreams",
            ["id"] = id.AbsoluteUri,
            ["type"] = "Person",
            ["preferredUsername"] = name,
            ["inbox"] = $"{id}/inbox",
            ["outbox"] = $"{id}/outbox",
            ["endpoints"] = new JsonObject { ["sharedInbox"] = $"{Origin}/inbox" },
            ["publicKey"] = new JsonObject
            {
                ["id"] = $"{id}#main-key",
                ["owner"] = id.AbsoluteUri,
                ["publicKeyPem"] = keys.RsaPublicPem,
            },
            ["assertionMethod"] = new JsonArray(new JsonObject
            {
                ["id"] = $"{id}#ed25519-key",
                ["type"] = "Multikey",
                ["controller"] = id.AbsoluteUri,
                ["publicKeyMultibase"] = Multikey.Encode(keys.Ed25519Public),
            }),
        };
        change?.Invoke(actor);
        ServeActivity($"/u/{name}", actor.ToJsonString());
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var target = request.Path + request.QueryString.Value;
        Seen.Enqueue(new SeenRequest(request.Method, target,
            request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()));
        if (Routes.TryGetValue(target, out var answer) || Routes.TryGetValue(request.Path, out answer))
            await answer(context);
        else
            context.Response.StatusCode = 404;
    }
}
