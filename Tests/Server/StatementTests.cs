using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Official answers of other nodes (CONTRACT.md §2, §4.5): whether they are official here depends on signatures and
/// on what this node thinks of their author.
/// </summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public sealed class StatementTests(TestEngine engine)
{
    private const string Start = "2026-03-02T10:15:00Z";
    private static readonly JsonArray Contexts =
        ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"];

    private static int _number;
    private ShiftedClock _clock = null!;
    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private ScriptedPeer _state = null!;
    private Topic _topic = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _clock = new ShiftedClock();
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"], clock: _clock, engine: engine);
        (_peer, _state) = (await ScriptedPeer.StartAsync(_plein), await ScriptedPeer.StartAsync(_plein));
        _topic = await _plein.TopicAsync("afval");
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
        await _state.DisposeAsync();
    }

    [Test]
    public async Task An_answer_that_a_recognised_organisation_signed_is_official_and_its_dates_are_kept()
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var note = await AnswerAsync(town);
        var answer = await StoredAsync(note);
        Assert.That((answer.Kind, answer.Proof), Is.EqualTo((AnswerKind.Official, StatementProof.Valid)));
        Assert.That(answer.AuthorGround, Is.EqualTo(RecognitionGround.Admitted));
        Assert.That(answer.ValidFrom, Is.EqualTo(Noon(2026, 3, 1)));
        Assert.That(answer.ReviewBefore, Is.EqualTo(Noon(2099, 3, 1)));
        Assert.That(
            (answer.SourceTitle, answer.SourceUrl), Is.EqualTo(("Grofvuil", "https://zuiderdam.example/grofvuil")));
        Assert.That(answer.BodyHtml, Does.Contain("op afspraak").And.Not.Contain("Officieel antwoord van"));
        Assert.That((await QuestionAsync(answer)).OfficialCount, Is.EqualTo(1));
        Assert.That(
            await _plein.Get<AnswerStore>().ListOfficialAsync(answer.QuestionId, Viewer.Anyone),
            Is.EqualTo(new[] { answer.Uri }));
    }

    [Test]
    public async Task Who_is_recognised_later_answered_officially_before_and_no_longer_when_that_ends()
    {
        var town = Organisation("gemeente");
        var note = await AnswerAsync(town);
        var before = await StoredAsync(note);
        Assert.That((before.Kind, before.Proof), Is.EqualTo((AnswerKind.Answer, StatementProof.Valid)));
        await AdmitAsync(town);
        Assert.That((await StoredAsync(note)).Kind, Is.EqualTo(AnswerKind.Official));
        Assert.That((await QuestionAsync(before)).OfficialCount, Is.EqualTo(1));
        await _plein.Get<Database>().WriteAsync(writing => RecognitionStore.Remove(writing, before.AuthorId));
        Assert.That((await StoredAsync(note)).Kind, Is.EqualTo(AnswerKind.Answer));
        Assert.That((await QuestionAsync(before)).OfficialCount, Is.Zero);
    }

    [TestCase("Gemeente Zuiderdam")]
    [TestCase("Gеmeеnte Zuiderdam")]
    public async Task Who_only_says_to_be_a_government_body_is_shown_with_a_warning_until_this_node_knows_it(
        string name)
    {
        var town = _peer.Server.ServeActor("klant", TestKeys.Bram, actor => actor["name"] = name);
        var note = await AnswerAsync(town);
        var page = _plein.Url($"/q/{(await StoredAsync(note)).QuestionId}");
        const string Warning = "wij weten niet of dit de overheid is";
        Assert.That(await TextAsync(), Does.Contain(name).And.Contain(Warning));
        await AdmitAsync(town);
        Assert.That(await TextAsync(), Does.Contain(name).And.Not.Contain(Warning));

        async Task<string> TextAsync() => WebUtility.HtmlDecode(await _plein.Http.GetStringAsync(page));
    }

    [Test]
    public async Task Row_31_a_citizen_who_calls_an_answer_official_gives_an_ordinary_one()
    {
        var citizen = _peer.Person("mallory");
        await AdmitAsync(citizen);
        var answer = await StoredAsync(await AnswerAsync(citizen));
        Assert.That((answer.Kind, answer.Proof), Is.EqualTo((AnswerKind.Answer, StatementProof.None)));
    }

    [TestCase("another key")]
    [TestCase("changed")]
    [TestCase("unsigned")]
    public async Task Row_31_what_the_organisation_did_not_sign_is_not_official(string fault)
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var note = await AnswerAsync(town, send: false);
        if (fault == "another key")
        {
            note = Sign(Unsigned(note), town, TestKeys.Other);
        }
        else if (fault == "changed")
        {
            note["omp:official"]!["omp:validUntil"] = "2199-01-01";
        }
        else
        {
            note.Remove("proof");
        }

        await SendAsync(town, "Create", note);
        var answer = await StoredAsync(note);
        Assert.That((answer.Kind, answer.Proof), Is.EqualTo((AnswerKind.Answer, StatementProof.Broken)));
        await IsOrdinaryAsync(answer);
    }

    [TestCase("Gemeente Zuiderdam")]
    [TestCase("Zuiderdam Nu", Description = "nothing in its name says so")]
    public async Task A_self_made_official_answer_is_shown_as_an_ordinary_one_with_a_handle_and_a_warning(string name)
    {
        var town = _peer.Server.ServeActor("klant", TestKeys.Bram, actor =>
        {
            actor["type"] = "Organization";
            actor["name"] = name;
        });
        var answer = await StoredAsync(await AnswerAsync(town));
        Assert.That((answer.Kind, answer.Proof), Is.EqualTo((AnswerKind.Answer, StatementProof.Valid)));
        await IsOrdinaryAsync(answer);
    }

    private async Task IsOrdinaryAsync(Answer answer)
    {
        var html = await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}");
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html);
        var shown = page.QuerySelector($"#r{answer.Id}")!;
        Assert.That(page.QuerySelectorAll(".pl-answer--official, .pl-answer__flag, .pl-facts, .pl-lead"), Is.Empty);
        Assert.That(shown.TextContent, Does.Contain($"@{answer.AuthorHandle}@{answer.AuthorHost}")
            .And.Contain("Let op: wij weten niet of dit de overheid is").And.Not.Contain("Gecontroleerd")
            .And.Not.Contain("Geldig").And.Not.Contain("Opnieuw bekeken"));
        Assert.That(html, Does.Not.Contain("Officieel antwoord"));
        foreach (var list in new[] { "/", "/vragen", "/o/afval", "/zoeken?q=grofvuil" })
            Assert.That(await _plein.Http.GetStringAsync(list), Does.Not.Contain("Officieel antwoord"), list);
        Assert.That((await QuestionAsync(answer)).OfficialCount, Is.Zero);
        foreach (var path in new[] { $"/q/{answer.QuestionId}", $"/q/{answer.QuestionId}/context" })
        {
            var document = (await _plein.GetActivityAsync(path)).Body?.AsObject();
            document?.Remove("@context");
            if (document?["omp:officialAnswer"] is JsonArray { Count: 0 })
                document.Remove("omp:officialAnswer");
            Assert.That($"{document?.ToJsonString()}", Does.Not.Contain("official").IgnoreCase, path);
        }
    }

    [Test]
    public async Task An_organisation_that_somebody_believed_vouches_for_answers_officially_until_that_ends()
    {
        var (town, state) = (Organisation("gemeente"), await VoucherAsync());
        Attest(town, state);
        var note = await AnswerAsync(town);
        var answer = await StoredAsync(note);
        Assert.That(
            (answer.Kind, answer.AuthorGround, answer.AuthorVoucher),
            Is.EqualTo((AnswerKind.Official, RecognitionGround.Attested, "provincie")));
        var page = await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain("provincie bevestigt dat dit").IgnoreCase);

        _state.Server.ServeActivity("/u/provincie/revoked", new JsonObject
        {
            ["@context"] = Contexts.DeepClone(),
            ["id"] = $"{state}/revoked",
            ["type"] = "OrderedCollection",
            ["orderedItems"] = new JsonArray($"{state}/attest"),
        }.ToJsonString());
        _clock.Advance(TimeSpan.FromHours(25));
        await CheckAsync();
        await Until.TrueAsync(async () => (await StoredAsync(note)).Kind == AnswerKind.Answer, "it was revoked");
    }

    [TestCase(3, null, true)]
    [TestCase(3, "listed on the last page", false)]
    [TestCase(12, null, false)]
    [TestCase(12, "listed on the last page", false)]
    [TestCase(3, "a page is missing", false)]
    [TestCase(3, "a page makes no sense", false)]
    [TestCase(3, "goes on elsewhere", false)]
    [TestCase(3, "goes round in a circle", false)]
    [TestCase(3, "says that there are more", false)]
    [TestCase(3, "more than are read of a page", false)]
    public async Task Row_31_an_attestation_counts_only_when_the_whole_list_of_what_was_revoked_lacks_it(
        int pages, string? fault, bool counts)
    {
        var (town, state) = (Organisation("gemeente"), await VoucherAsync());
        Attest(town, state);
        var list = $"{state}/revoked";
        for (var page = 0; page < pages; page++)
        {
            var isLast = page == pages - 1;
            var ids = Enumerable.Range(0, fault == "more than are read of a page" && isLast ? 1_001 : 3)
                .Select(number => $"{state}/other/{page}/{number}")
                .Concat(fault == "listed on the last page" && isLast ? [$"{state}/attest"] : []);
            var document = new JsonObject
            {
                ["id"] = page == 0 ? list : $"{list}?page={page}",
                ["type"] = page == 0 ? "OrderedCollection" : "OrderedCollectionPage",
                ["orderedItems"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]),
            };
            if (!isLast)
                document["next"] = $"{list}?page={page + 1}";
            else if (fault == "goes on elsewhere")
                document["next"] = "https://elders.example/revoked";
            else if (fault == "goes round in a circle")
                document["next"] = list;
            else if (fault == "says that there are more")
                document["totalItems"] = 5_000;
            var path = page == 0 ? "/u/provincie/revoked" : $"/u/provincie/revoked?page={page}";
            if (isLast && fault == "a page is missing")
                _state.Server.ServeStatus(path, 404);
            else
                _state.Server.ServeActivity(
                    path, isLast && fault == "a page makes no sense" ? "{" : document.ToJsonString());
        }

        var answer = await StoredAsync(await AnswerAsync(town));
        Assert.That(answer.Kind, Is.EqualTo(counts ? AnswerKind.Official : AnswerKind.Answer));
    }

    [TestCase("expired")]
    [TestCase("too long")]
    [TestCase("not yet")]
    [TestCase("revoked")]
    [TestCase("wrong subject")]
    [TestCase("unknown anchor")]
    [TestCase("another key")]
    [TestCase("no number")]
    public async Task Row_31_an_attestation_counts_only_when_all_of_it_holds(string fault)
    {
        var town = Organisation("gemeente");
        var state = await VoucherAsync(
            vouches: fault != "unknown anchor",
            revoked: fault == "revoked" ? ["/u/provincie/attest"] : []);
        Attest(
            town, state,
            attestation =>
            {
                var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
                switch (fault)
                {
                    case "expired":
                        attestation["omp:validUntil"] = Day(today.AddDays(-1));
                        break;
                    case "too long":
                        attestation["omp:validUntil"] = Day(today.AddDays(402));
                        break;
                    case "not yet":
                        attestation["omp:validFrom"] = Day(today.AddDays(1));
                        break;
                    case "wrong subject":
                        attestation["omp:subject"] = _peer.Server.Url("/u/ander").AbsoluteUri;
                        break;
                    case "no number":
                        attestation.Remove("omp:organisationId");
                        break;
                }
            },
            fault == "another key" ? TestKeys.Other : TestKeys.Bram);
        var answer = await StoredAsync(await AnswerAsync(town));
        Assert.That((answer.Kind, answer.Proof), Is.EqualTo((AnswerKind.Answer, StatementProof.Valid)));
        Assert.That(
            (await _plein.Get<RecognitionStore>().ListAsync()).Select(one => one.Ground),
            Has.None.EqualTo(RecognitionGround.Attested));
    }

    [Test]
    public async Task Row_32_a_chain_of_versions_is_followed_and_says_where_it_breaks()
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var first = await AnswerAsync(town);
        var second = Next(first, town, "Alleen op afspraak.");
        await ReviseAsync(town, second);
        var answer = await StoredAsync(first);
        Assert.That(
            (answer.Kind, answer.Proof, answer.BodySource),
            Is.EqualTo((AnswerKind.Official, StatementProof.Valid, "Alleen op afspraak.")));

        var forked = Next(first, town, "Een andere tweede.", minutes: 30);
        Assert.That((await ReviseAsync(town, forked, InboxState.Ignored)).BodySource, Does.Contain("Alleen"));
        var rolledBack = Sign(Unsigned(first), town);
        rolledBack["updated"] = "2026-03-09T10:15:00Z";
        rolledBack = Sign(Unsigned(rolledBack), town);
        Assert.That((await ReviseAsync(town, rolledBack, InboxState.Ignored)).BodySource, Does.Contain("Alleen"));

        var third = Next(second, town, "Derde.");
        var wrong = Sign(Unsigned(third, "sha256-" + new string('0', 64)), town);
        Assert.That((await ReviseAsync(town, wrong)).Proof, Is.EqualTo(StatementProof.HistoryBroken));
        var page = await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain("eerdere versies konden we niet controleren"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Row_32_versions_that_were_missed_are_read_from_the_collection_of_all(bool whole)
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var first = await AnswerAsync(town);
        var second = Next(first, town, "Tweede.");
        var third = Next(second, town, "Derde.");
        var fourth = Next(third, town, "Vierde.");
        ServeVersions(whole ? [first, second, third, fourth] : [first, third, fourth]);
        var answer = await ReviseAsync(town, fourth);
        Assert.That(answer.Proof, Is.EqualTo(whole ? StatementProof.Valid : StatementProof.HistoryBroken));
        Assert.That(answer.BodySource, Is.EqualTo("Vierde."));

        if (!whole)
        {
            // The collection is whole the next time that it is looked at.
            ServeVersions([first, second, third, fourth]);
            _peer.Server.ServeActivity(new Uri((string)fourth["id"]!).AbsolutePath, fourth.ToJsonString());
            _clock.Advance(TimeSpan.FromDays(31));
            await CheckAsync();
            await Until.TrueAsync(
                async () => (await StoredAsync(first)).Proof == StatementProof.Valid, "it is verified after all");
        }
    }

    [Test]
    public async Task What_is_withdrawn_or_replaced_stays_readable_and_counts_no_longer()
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var first = await AnswerAsync(town);
        var next = Next(first, town, "Tot 2 m³.", official =>
        {
            official["omp:withdrawn"] = new JsonObject
            {
                ["omp:at"] = "2026-03-03T10:00:00Z",
                ["omp:reason"] = "De regels zijn <b>anders</b>.",
            };
        });
        var answer = await ReviseAsync(town, next);
        Assert.That(answer.StateOn(new DateOnly(2026, 4, 1)), Is.EqualTo(OfficialState.Withdrawn));
        Assert.That((await QuestionAsync(answer)).OfficialCount, Is.Zero);
        var page = await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain("ingetrokken op 3 maart 2026").And.Contain("Tot 2 m³.")
            .And.Contain("De regels zijn &lt;b&gt;anders&lt;/b&gt;."));

        var newer = await AnswerAsync(
            town, official => official["omp:supersedes"] = (string)first["id"]!, question: (string)first["inReplyTo"]!);
        await ReviseAsync(town, Next(next, town, "Tot 2 m³.", official =>
        {
            official.Remove("omp:withdrawn");
            official["omp:supersededBy"] = (string)newer["id"]!;
        }));
        var (old, replacing) = (await StoredAsync(first), await StoredAsync(newer));
        Assert.That(old.StateOn(new DateOnly(2026, 4, 1)), Is.EqualTo(OfficialState.Superseded));
        Assert.That((await QuestionAsync(old)).OfficialCount, Is.EqualTo(1));
        page = await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain($"href=\"/q/{old.QuestionId}#r{replacing.Id}\">Bekijk het nieuwe antwoord"));
    }

    [Test]
    public async Task An_answer_that_is_opened_is_asked_for_once_a_day_and_a_change_that_never_came_is_found()
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var first = await AnswerAsync(town);
        var path = new Uri((string)first["id"]!).AbsolutePath;
        var answer = await StoredAsync(first);
        Serve(path, first, "\"1\"");
        _clock.Advance(TimeSpan.FromHours(1));
        await OpenAsync(answer);
        await CheckAsync();
        Assert.That(_peer.Server.Count(path), Is.Zero, "it was here an hour ago");

        _clock.Advance(TimeSpan.FromHours(24));
        await OpenAsync(answer);
        await Until.TrueAsync(() => Task.FromResult(_peer.Server.Count(path) == 1), "it is asked for");
        await Until.TrueAsync(
            async () => (await _plein.Get<StatementStore>().FindAsync(answer.Id))?.Etag == "\"1\"", "it is kept");
        var second = Next(first, town, "Voortaan op dinsdag.");
        Serve(path, second, "\"2\"");
        _clock.Advance(TimeSpan.FromHours(25));
        await OpenAsync(answer);
        await Until.TrueAsync(
            async () => (await StoredAsync(first)).BodySource == "Voortaan op dinsdag.", "the change is here");
        Assert.That((await StoredAsync(first)).Proof, Is.EqualTo(StatementProof.Valid));
        await Until.TrueAsync(
            async () => (await _plein.Get<StatementStore>().FindAsync(answer.Id))?.Etag == "\"2\"", "it is settled");

        _clock.Advance(TimeSpan.FromHours(25));
        var asked = _peer.Server.Count(path);
        await OpenAsync(answer);
        await Until.TrueAsync(() => Task.FromResult(_peer.Server.Count(path) == asked + 1), "it is asked for again");
        Assert.That(
            _peer.Server.Seen.Last(seen => seen.Target == path).Headers["If-None-Match"], Is.EqualTo("\"2\""));
        await Until.TrueAsync(
            async () => (await StoredAsync(first)).CheckedAt >= _clock.GetUtcNow().AddMinutes(-1), "304 is an answer");

        _peer.Server.ServeStatus(path, 410);
        _clock.Advance(TimeSpan.FromHours(25));
        await OpenAsync(answer);
        await Until.TrueAsync(
            async () => (await _plein.Get<AnswerStore>().FindAsync(answer.Id, Viewer.Node))!.DeletedAt is not null,
            "it is gone");
    }

    [Test]
    public async Task A_server_that_cannot_be_had_is_asked_less_and_less_often_and_its_answer_stays()
    {
        var town = Organisation("gemeente");
        await AdmitAsync(town);
        var note = await AnswerAsync(town, official => official["omp:validUntil"] = Day(Today.AddDays(2)));
        var path = new Uri((string)note["id"]!).AbsolutePath;
        _peer.Server.ServeStatus(path, 500);
        _clock.Advance(TimeSpan.FromDays(3));
        await CheckAsync();
        await Until.TrueAsync(() => Task.FromResult(_peer.Server.Count(path) == 1), "its last day is over");
        await Until.TrueAsync(
            async () => (await _plein.Get<StatementStore>().FindAsync((await StoredAsync(note)).Id))!.Failures == 1,
            "that is noted");
        await CheckAsync();
        _clock.Advance(TimeSpan.FromMinutes(61));
        await CheckAsync();
        await Until.TrueAsync(() => Task.FromResult(_peer.Server.Count(path) == 2), "it is asked again");
        await Until.TrueAsync(
            async () => (await _plein.Get<StatementStore>().FindAsync((await StoredAsync(note)).Id))!.Failures == 2,
            "that is noted");
        _clock.Advance(TimeSpan.FromMinutes(61));
        await CheckAsync();
        Assert.That(_peer.Server.Count(path), Is.EqualTo(2));
        var answer = await StoredAsync(note);
        Assert.That(answer.Kind, Is.EqualTo(AnswerKind.Official));
        var page = await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain("Het was geldig tot en met"));
    }

    private DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    private static DateTimeOffset Noon(int year, int month, int day) => new(year, month, day, 12, 0, 0, TimeSpan.Zero);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Serve(string path, JsonObject note, string etag) => _peer.Server.Routes[path] = async http =>
    {
        if (http.Request.Headers.IfNoneMatch == etag)
        {
            http.Response.StatusCode = 304;
            return;
        }

        http.Response.Headers.ETag = etag;
        http.Response.ContentType = "application/activity+json";
        await http.Response.WriteAsync(note.ToJsonString());
    };

    private void ServeVersions(IEnumerable<JsonObject> versions)
    {
        var list = versions.ToList();
        var id = new Uri((string)list[0]["omp:revisions"]!);
        _peer.Server.ServeActivity(id.AbsolutePath, new JsonObject
        {
            ["@context"] = Contexts.DeepClone(),
            ["id"] = id.AbsoluteUri,
            ["type"] = "OrderedCollection",
            ["orderedItems"] = new JsonArray([.. list.Select(version => version.DeepClone())]),
        }.ToJsonString());
    }

    private async Task OpenAsync(Answer answer) =>
        await _plein.Http.GetStringAsync($"/q/{answer.QuestionId}?{_number++}");

    private async Task CheckAsync()
    {
        var checking = _plein.Get<IEnumerable<IHostedService>>().OfType<CheckStatements>().Single();
        while (await checking.RunOnceAsync(default) > 0)
        {
        }
    }

    private Uri Organisation(string name) => _peer.Server.ServeActor(
        name, TestKeys.Bram, actor =>
        {
            actor["type"] = "Organization";
            actor["omp:actorKind"] = "organisation";
        });

    private async Task<Actor> AdmitAsync(Uri organisation, bool vouches = false)
    {
        var found = await _plein.Get<RemoteActors>().FindAsync(organisation, default);
        await _plein.Get<Database>().WriteAsync(writing => RecognitionStore.Put(writing, new Recognition
        {
            ActorId = found.Actor!.Id,
            Ground = RecognitionGround.Admitted,
            Vouches = vouches,
        }));
        return found.Actor!;
    }

    private async Task<Uri> VoucherAsync(bool vouches = true, string[]? revoked = null)
    {
        var state = _state.Server.ServeActor("provincie", TestKeys.Bram, actor =>
        {
            actor["type"] = "Organization";
            actor["omp:revoked"] = $"{actor["id"]}/revoked";
        });
        _state.Server.ServeActivity("/u/provincie/revoked", new JsonObject
        {
            ["@context"] = Contexts.DeepClone(),
            ["id"] = $"{state}/revoked",
            ["type"] = "OrderedCollection",
            ["orderedItems"] = new JsonArray(
                [.. (revoked ?? []).Select(path => JsonValue.Create(_state.Server.Url(path).AbsoluteUri))]),
        }.ToJsonString());
        await AdmitAsync(state, vouches);
        return state;
    }

    private void Attest(Uri town, Uri state, Action<JsonObject>? change = null, KeyPairs? keys = null)
    {
        var attestation = new JsonObject
        {
            ["@context"] = Contexts.DeepClone(),
            ["id"] = $"{state}/attest",
            ["type"] = "omp:OrganisationAttestation",
            ["omp:subject"] = town.AbsoluteUri,
            ["omp:organisationId"] = "https://identifier.example/gemeente/gm9999",
            ["omp:name"] = "Gemeente Zuiderdam",
            ["omp:validFrom"] = Day(Today.AddDays(-1)),
            ["omp:validUntil"] = Day(Today.AddDays(300)),
            ["omp:issuer"] = state.AbsoluteUri,
        };
        change?.Invoke(attestation);
        _peer.Server.ServeActor("gemeente", TestKeys.Bram, actor =>
        {
            actor["type"] = "Organization";
            actor["omp:attestation"] = new JsonArray(Sign(attestation, state, keys));
        });
    }

    private async Task<JsonObject> AnswerAsync(
        Uri author, Action<JsonObject>? change = null, bool send = true, string? question = null)
    {
        if (question is null)
        {
            var asker = _peer.Person("anna");
            var asked = _peer.Note(asker, "<p>Wanneer wordt grofvuil opgehaald?</p>", _topic.Uri);
            await SendAsync(asker, "Create", asked);
            question = (string)asked["id"]!;
        }

        var note = _peer.Note(author, "", _topic.Uri, question);
        note["@context"] = Contexts.DeepClone();
        note["content"] = "<p><strong>Officieel antwoord van de gemeente</strong></p><p>Grofvuil gaat op afspraak.</p>";
        note["source"] = new JsonObject
        {
            ["content"] = "Grofvuil gaat op afspraak.",
            ["mediaType"] = "text/markdown",
        };
        note["omp:kind"] = "officialAnswer";
        note["omp:revision"] = 1;
        note["omp:revisions"] = note["id"] + "/revisions";
        var official = new JsonObject
        {
            ["type"] = "omp:OfficialStatement",
            ["omp:issuer"] = author.AbsoluteUri,
            ["omp:validFrom"] = "2026-03-01",
            ["omp:reviewBefore"] = "2099-03-01",
            ["omp:source"] = new JsonArray(new JsonObject
            {
                ["type"] = "Link",
                ["href"] = "https://zuiderdam.example/grofvuil",
                ["name"] = "Grofvuil",
            }),
        };
        change?.Invoke(official);
        note["omp:official"] = official;
        note = Sign(note, author);
        if (send)
        {
            await SendAsync(author, "Create", note);
        }

        return note;
    }

    private static JsonObject Next(
        JsonObject version, Uri author, string text, Action<JsonObject>? change = null, int minutes = 60)
    {
        var next = Unsigned(version, IntegrityProof.NameOf(Encoding.UTF8.GetBytes(version.ToJsonString())));
        var updated = DateTimeOffset.Parse((string?)version["updated"] ?? Start, CultureInfo.InvariantCulture);
        next["omp:revision"] = (int)version["omp:revision"]! + 1;
        next["updated"] = updated.AddMinutes(minutes).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        next["source"]!["content"] = text;
        change?.Invoke(next["omp:official"]!.AsObject());
        return Sign(next, author);
    }

    private static JsonObject Unsigned(JsonObject note, string? previous = null)
    {
        var copy = note.DeepClone().AsObject();
        copy.Remove("proof");
        if (previous is not null)
        {
            copy["omp:previousRevision"] = previous;
        }

        return copy;
    }

    private static JsonObject Sign(JsonObject document, Uri owner, KeyPairs? keys = null)
    {
        var key = SigningKey.FromEd25519Seed($"{owner}#ed25519-key", (keys ?? TestKeys.Bram).Ed25519Seed);
        var signed = IntegrityProof.Sign(
            Encoding.UTF8.GetBytes(document.ToJsonString()), key, TimeProvider.System.GetUtcNow());
        return JsonNode.Parse(signed)!.AsObject();
    }

    private async Task<Answer> ReviseAsync(Uri author, JsonObject note, InboxState expected = InboxState.Done)
    {
        await SendAsync(author, "Update", note, expected);
        return await StoredAsync(note);
    }

    private async Task SendAsync(
        Uri author, string type, JsonObject note, InboxState expected = InboxState.Done)
    {
        var activity = _peer.Activity(type, author, note.DeepClone());
        (activity["to"], activity["cc"]) = (note["to"]!.DeepClone(), note["cc"]!.DeepClone());
        var (state, reason) = await _peer.TellAsync(author, activity);
        Assert.That(state, Is.EqualTo(expected), reason);
    }

    private async Task<Answer> StoredAsync(JsonObject note) =>
        (await _plein.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone))!;

    private async Task<Question> QuestionAsync(Answer answer) =>
        (await _plein.Get<QuestionStore>().FindAsync(answer.QuestionId, Viewer.Anyone))!;
}
