using System.Security.Cryptography;
using System.Text;
using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class DeliveryRunTests
{
    private TestNode _node = null!;
    private RemoteServer _remote = null!;
    private long _number;

    [SetUp]
    public async Task SetUpAsync()
    {
        _node = new TestNode();
        _remote = await RemoteServer.StartAsync();
        _number = 0;
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _node.DisposeAsync();
        await _remote.DisposeAsync();
    }

    private OutgoingDelivery To(string inbox, string thread = "t", int attempt = 0, TimeSpan age = default) => new(
        ++_number, new Uri($"{TestNode.Origin}/a/{_number}"), TestNode.Anna, new Uri(inbox), thread,
        Encoding.UTF8.GetBytes($$"""{"id":"{{TestNode.Origin}}/a/{{_number}}","type":"Create"}"""), attempt,
        _node.Clock.GetUtcNow() - age);

    private OutgoingDelivery Here(string thread = "t", int attempt = 0, TimeSpan age = default) =>
        To(_remote.Origin + "/inbox", thread, attempt, age);

    private async Task<IReadOnlyList<DeliveryResult>> DeliverAsync(params OutgoingDelivery[] deliveries) =>
        await DeliverAsync(0, null, deliveries);

    private async Task<IReadOnlyList<DeliveryResult>> DeliverAsync(
        int failures, DateTimeOffset? since, params OutgoingDelivery[] deliveries)
    {
        _node.Queue.Due.Enqueue(new DeliveryBatch(deliveries[0].Inbox.Authority, failures, since, deliveries));
        await _node.Get<DeliveryRun>().RunOnceAsync(default);
        Assert.That(_node.Queue.Settled.TryDequeue(out var settled), Is.True);
        Assert.That(_node.Queue.Settled, Is.Empty, "a batch is settled once");
        return settled.Results;
    }

    [Test]
    public async Task An_activity_arrives_signed_to_the_byte_with_the_exact_media_type()
    {
        _remote.ServeStatus("/inbox", 202);
        var delivery = Here();
        var result = (await DeliverAsync(delivery)).Single();
        Assert.That((result.Verdict, result.Status), Is.EqualTo((DeliveryVerdict.Delivered, 202)), result.Error);
        var seen = _remote.Seen.Single();
        Assert.Multiple(() =>
        {
            Assert.That(seen.Body, Is.EqualTo(delivery.Body.ToArray()));
            Assert.That(seen.Headers["Content-Type"], Is.EqualTo("application/activity+json"));
            Assert.That(seen.Headers["Digest"],
                Is.EqualTo("SHA-256=" + Convert.ToBase64String(SHA256.HashData(delivery.Body.Span))));
            Assert.That(seen.Headers["Signature"], Does.StartWith("keyId=\"https://plein.example/p/anna#main-key\","));
            Assert.That(seen.Headers["Signature"], Does.Contain("headers=\"(request-target) host date digest\""));
            Assert.That(seen.Headers.ContainsKey("Signature-Input"), Is.False);
        });
        using var rsa = RSA.Create();
        rsa.ImportFromPem(TestKeys.Node.RsaPublicPem);
        var text = $"(request-target): post /inbox\nhost: {_remote.Authority}\n" +
            $"date: {seen.Headers["Date"]}\ndigest: {seen.Headers["Digest"]}";
        var value = seen.Headers["Signature"].Split("signature=\"")[1].TrimEnd('"');
        Assert.That(rsa.VerifyData(Encoding.ASCII.GetBytes(text), Convert.FromBase64String(value),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), Is.True);
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    public async Task A_host_that_refuses_the_first_scheme_gets_the_other_which_is_remembered(int status)
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = context.Request.Headers.ContainsKey("Signature-Input") ? 202 : status;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here(), Here())).Select(r => r.Verdict),
            Is.All.EqualTo(DeliveryVerdict.Delivered));
        Assert.That(_remote.Seen, Has.Count.EqualTo(3), "the second delivery needs one knock");
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.MessageRsa));
    }

    [TestCase("sig1=(\"@method\" \"@target-uri\" \"content-digest\");created;tag=\"activitypub\"", "sig1")]
    [TestCase("ap=(\"@path\" \"@query\" \"@authority\" \"content-type\" \"date\");nonce=\"n1\"", "ap")]
    [TestCase("x=(\"@method\";req), y=(\"@scheme\" \"host\" \"@request-target\");alg=\"ed25519\"", "y")]
    public async Task A_host_that_says_what_it_wants_signed_gets_that(string wish, string label)
    {
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(false, SignatureScheme.MessageRsa);
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = _remote.Seen.Count == 1 ? 401 : 202;
            context.Response.Headers["Accept-Signature"] = wish;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(DeliveryVerdict.Delivered));
        var seen = _remote.Seen.Last();
        Assert.That(seen.Headers["Signature-Input"], Does.StartWith($"{label}=(\"@method\" \"@target-uri\""));
        var request = new InboundRequest(
            "POST", new Uri(_remote.Origin), "/inbox", name => seen.Headers.GetValueOrDefault(name), seen.Body);
        var parsed = MessageSignature.Parse(
            request, seen.Headers["Signature-Input"], seen.Headers["Signature"]).Single().Signature!;
        var keys = TestKeys.Node.Load(TestNode.Anna);
        var key = wish.Contains("ed25519", StringComparison.Ordinal) ? keys.Ed25519 : keys.Rsa;
        Assert.That(VerifyingKey.Load(key.PublicKey)!.Verify(parsed.Base, parsed.Value), Is.True);
        Assert.That(parsed.Covers.HasFlag(Covered.ContentDigest), Is.True, "never less than what we always sign");
    }

    [TestCase("nonsense")]
    [TestCase("sig1=(\"@status\");created")]
    [TestCase("sig1=(\"@method\" \"@target-uri\" \"content-digest\");created")]
    public async Task A_host_that_wants_what_it_got_or_what_we_cannot_sign_is_tried_with_the_other_scheme(string wish)
    {
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(false, SignatureScheme.MessageRsa);
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = context.Request.Headers.ContainsKey("Signature-Input") ? 401 : 202;
            context.Response.Headers["Accept-Signature"] = wish;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(DeliveryVerdict.Delivered));
        Assert.That(_remote.Seen, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_host_that_says_503_to_the_second_scheme_means_later()
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = _remote.Seen.Count == 1 ? 401 : 503;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(DeliveryVerdict.PostponeHost));
        Assert.That(_node.Peers.Hosts, Is.Empty, "nothing is learnt of it");
    }

    [Test]
    public async Task A_host_known_to_verify_Ed25519_gets_it_first()
    {
        _remote.ServeStatus("/inbox", 202);
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(false, SignatureScheme.MessageEd25519);
        await DeliverAsync(Here());
        Assert.That(_remote.Seen.Single().Headers["Signature-Input"],
            Does.Contain("keyid=\"https://plein.example/p/anna#ed25519-key\""));
    }

    [TestCase(200, DeliveryVerdict.Delivered, 1)]
    [TestCase(301, DeliveryVerdict.PostponeThread, 1)]
    [TestCase(400, DeliveryVerdict.Abandoned, 2)]
    [TestCase(401, DeliveryVerdict.PostponeThread, 2)]
    [TestCase(403, DeliveryVerdict.Abandoned, 2)]
    [TestCase(404, DeliveryVerdict.Abandoned, 1)]
    [TestCase(408, DeliveryVerdict.PostponeThread, 1)]
    [TestCase(410, DeliveryVerdict.InboxGone, 1)]
    [TestCase(413, DeliveryVerdict.Abandoned, 1)]
    [TestCase(418, DeliveryVerdict.Abandoned, 1)]
    [TestCase(429, DeliveryVerdict.PostponeHost, 1)]
    [TestCase(500, DeliveryVerdict.PostponeThread, 1)]
    [TestCase(501, DeliveryVerdict.Abandoned, 1)]
    [TestCase(503, DeliveryVerdict.PostponeHost, 1)]
    public async Task A_status_has_its_meaning_and_its_number_of_knocks(
        int status, DeliveryVerdict expected, int knocks)
    {
        _remote.ServeStatus("/inbox", status);
        var result = (await DeliverAsync(Here())).Single();
        Assert.That((result.Verdict, result.Status), Is.EqualTo((expected, status)));
        Assert.That(_remote.Seen, Has.Count.EqualTo(knocks));
    }

    [Test]
    public async Task After_three_retries_an_activity_that_gets_401_waits_a_day_by_itself_and_others_of_its_author_go()
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = _remote.Seen.Count <= 2 ? 401 : 202;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here(attempt: 2))).Single().Verdict,
            Is.EqualTo(DeliveryVerdict.PostponeThread));
        _remote.Seen.Clear();
        var results = await DeliverAsync(Here("a", attempt: 3), Here("b"), Here("a"));
        Assert.That(results.Select(r => r.Verdict), Is.EqualTo(new[]
        {
            DeliveryVerdict.PostponeAlone, DeliveryVerdict.Delivered,
        }), "the queue knows what of the thread may go on");
        Assert.That(results[0].RetryAt - _node.Clock.GetUtcNow(), Is.EqualTo(TimeSpan.FromDays(1)).Within(
            TimeSpan.FromDays(0.2)));
        _remote.ServeStatus("/inbox", 401);
        Assert.That((await DeliverAsync(Here(attempt: 9, age: TimeSpan.FromDays(7)))).Single().Verdict,
            Is.EqualTo(DeliveryVerdict.Abandoned));
    }

    [TestCase(SignatureScheme.CavageRsa, 1)]
    [TestCase(null, 3)]
    public async Task A_personal_block_ends_its_one_delivery_though_the_other_scheme_gets_401(
        SignatureScheme? known, int seen)
    {
        // GoToSocial: 403 for one author, and no RFC 9421.
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = context.Request.Headers.ContainsKey("Signature-Input") ? 401
                : Encoding.UTF8.GetString(_remote.Seen.Last().Body).Contains("/a/1\"", StringComparison.Ordinal) ? 403
                : 202;
            return Task.CompletedTask;
        };
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(false, known);
        var results = await DeliverAsync(Here("a"), Here("a"));
        Assert.That(results.Select(r => (r.Verdict, r.Status)), Is.EqualTo(new[]
        {
            (DeliveryVerdict.Abandoned, (int?)403), (DeliveryVerdict.Delivered, 202),
        }));
        Assert.That(_remote.Seen, Has.Count.EqualTo(known is null ? seen : seen + 1));
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.CavageRsa));
    }

    [TestCase(401, 403, DeliveryVerdict.PostponeThread, 401)]
    [TestCase(401, 400, DeliveryVerdict.PostponeThread, 401)]
    [TestCase(400, 401, DeliveryVerdict.Abandoned, 400)]
    [TestCase(401, 500, DeliveryVerdict.PostponeThread, 401)]
    [TestCase(401, 202, DeliveryVerdict.Delivered, 202)]
    public async Task What_a_host_says_to_the_scheme_that_works_there_counts_until_the_other_one_works(
        int first, int second, DeliveryVerdict expected, int status)
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = context.Request.Headers.ContainsKey("Signature-Input") ? second : first;
            return Task.CompletedTask;
        };
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(false, SignatureScheme.CavageRsa);
        var result = (await DeliverAsync(Here())).Single();
        Assert.That((result.Verdict, result.Status), Is.EqualTo((expected, status)));
    }

    [TestCase(401, 403, DeliveryVerdict.Abandoned)]
    [TestCase(403, 401, DeliveryVerdict.Abandoned)]
    [TestCase(400, 401, DeliveryVerdict.PostponeThread)]
    public async Task Where_no_scheme_is_known_to_work_a_403_to_either_of_them_is_about_the_activity(
        int first, int second, DeliveryVerdict expected)
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = context.Request.Headers.ContainsKey("Signature-Input") ? second : first;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(expected));
    }

    [Test]
    public async Task Activities_whose_ids_differ_in_the_fragment_have_digests_of_their_own()
    {
        _remote.ServeStatus("/inbox", 202);
        var (first, second) = (Here(), Here());
        await DeliverAsync(
            first with { ActivityId = new Uri(TestNode.Origin + "/q/1#create") },
            second with { ActivityId = new Uri(TestNode.Origin + "/q/1#update") });
        Assert.That(_remote.Seen.Select(s => s.Headers["Digest"]), Is.EqualTo(new[]
        {
            "SHA-256=" + Convert.ToBase64String(SHA256.HashData(first.Body.Span)),
            "SHA-256=" + Convert.ToBase64String(SHA256.HashData(second.Body.Span)),
        }));
    }

    [Test]
    public async Task A_connection_serves_again_after_an_answer_with_a_body()
    {
        var connections = new HashSet<string>();
        _remote.Routes["/inbox"] = context =>
        {
            connections.Add(context.Connection.Id);
            context.Response.StatusCode = 202;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("Bedankt")).AsTask();
        };
        await DeliverAsync(Here(), Here(), Here(), Here());
        Assert.That(connections, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_redirect_is_never_followed()
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/other";
            return Task.CompletedTask;
        };
        await DeliverAsync(Here());
        Assert.That(_remote.Count("/other"), Is.Zero);
    }

    [Test]
    public async Task A_failing_activity_holds_back_its_thread_and_no_other()
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = _remote.Seen.Count == 1 ? 500 : 202;
            return Task.CompletedTask;
        };
        var results = await DeliverAsync(Here("a"), Here("b"), Here("a"), Here("b"));
        Assert.That(results.Select(r => (r.Delivery.Id, r.Verdict)), Is.EqualTo(new[]
        {
            (1L, DeliveryVerdict.PostponeThread), (2L, DeliveryVerdict.Delivered), (4L, DeliveryVerdict.Delivered),
        }));
        Assert.That(results[0].RetryAt - _node.Clock.GetUtcNow(),
            Is.InRange(TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(36)));
    }

    [TestCase("120", 120)]
    [TestCase("Tue, 03 Mar 2026 12:05:00 GMT", 300)]
    [TestCase("Tue, 03 Mar 2026 11:00:00 GMT", 30)]
    [TestCase("soon", 30)]
    public async Task A_host_that_asks_us_to_wait_gets_nothing_more_until_then(string retryAfter, int seconds)
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        };
        var result = (await DeliverAsync(Here("a"), Here("b"))).Single();
        Assert.That(_remote.Seen, Has.Count.EqualTo(1));
        Assert.That((result.RetryAt!.Value - _node.Clock.GetUtcNow()).TotalSeconds,
            Is.EqualTo(seconds).Within(0.2 * 30));
    }
}
