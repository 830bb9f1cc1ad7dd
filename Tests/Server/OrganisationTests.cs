using Microsoft.Extensions.Hosting;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// How whole nodes find out who an organisation of another is: attestations, its website and the register
/// (CONTRACT.md §2, §8).
/// </summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public sealed class OrganisationTests(TestEngine engine)
{
    private const string RegisterId = "https://identifier.overheid.nl/tooi/id/gemeente/gm9999";

    private ShiftedClock _clock = null!;
    private Plein _province = null!;
    private Plein _town = null!;
    private Plein _reader = null!;
    private RemoteServer _website = null!;
    private Actor _gemeente = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _clock = new ShiftedClock();
        _province = await Plein.StartAsync(TestKeys.Other, [], engine: engine, clock: _clock);
        _town = await Plein.StartAsync(TestKeys.Bram, [], engine: engine, clock: _clock);
        _reader = await Plein.StartAsync(TestKeys.Node, ["afval"], engine: engine, clock: _clock);
        _website = await RemoteServer.StartAsync();
        _gemeente = (await _town.Get<ActorStore>().ListOrganisationsAsync())[0];
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        foreach (var plein in new[] { _reader, _town, _province })
        {
            await plein.DisposeAsync();
        }

        await _website.DisposeAsync();
    }

    [Test]
    public async Task What_an_organisation_that_is_believed_attests_counts_until_it_takes_that_back()
    {
        var province = (await _province.Get<ActorStore>().ListOrganisationsAsync())[0];
        await DoneAsync(_reader.Get<AdmitOrganisation>().ExecuteAsync(province.Uri, true, Plein.Operator, default));
        var attest = _province.Get<AttestOrganisation>();
        var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        var refused = await attest.IssueAsync(
            province.Id, province.Uri, "gm9999", today.AddDays(401), Plein.Operator, default);
        Assert.That(
            refused.Refusal!.Faults.Select(fault => fault.Field), Is.EqualTo(new[] { "until", "register", "subject" }));
        var made = await DoneAsync(
            attest.IssueAsync(province.Id, _gemeente.Uri, RegisterId, today.AddDays(300), Plein.Operator, default));
        var address = NodeAddresses.Attestation(province, made.Id);
        var hold = _town.Get<AttestOrganisation>();
        Assert.That(
            (await hold.HoldAsync(_gemeente.Id, province.Uri, Plein.Operator, default)).Refusal!.Faults[0].TextKey,
            Is.EqualTo("error.attestOther"));
        await DoneAsync(hold.HoldAsync(_gemeente.Id, address, Plein.Operator, default));
        var actor = (await _town.GetActivityAsync(new Uri(_gemeente.Uri).AbsolutePath)).Body!;
        Assert.That((string?)actor["omp:attestation"]![0]!["id"] ?? (string?)actor["omp:attestation"]!["id"],
            Is.EqualTo(address));

        var answer = await AnswerAsync();
        Assert.That(
            (answer.Kind, answer.AuthorGround), Is.EqualTo((AnswerKind.Official, RecognitionGround.Attested)));

        var admit = _reader.Get<AdmitOrganisation>();
        foreach (var (kind, ground) in new[]
            {
                (AnswerKind.Answer, (RecognitionGround?)RecognitionGround.Denied),
                (AnswerKind.Answer, null),
            })
        {
            await DoneAsync(admit.EndAsync(answer.AuthorId, Plein.Operator, default));
            answer = (await _reader.Get<AnswerStore>().FindAsync(answer.Id, Viewer.Anyone))!;
            Assert.That((answer.Kind, answer.AuthorGround), Is.EqualTo((kind, ground)));
        }

        _clock.Advance(TimeSpan.FromDays(31));
        await CheckAsync();
        await UntilAsync(answer, AnswerKind.Official, "it is looked at again with its answer");
        await DoneAsync(attest.RevokeAsync(made.Id, Plein.Operator, default));
        Assert.That((await _province.GetActivityAsync(new Uri(address).AbsolutePath)).Status, Is.EqualTo(410));
        _clock.Advance(TimeSpan.FromHours(25));
        await CheckAsync();
        await UntilAsync(answer, AnswerKind.Answer, "it was taken back");

        await DoneAsync(hold.DropAsync(_gemeente.Id, address, Plein.Operator, default));
        actor = (await _town.GetActivityAsync(new Uri(_gemeente.Uri).AbsolutePath)).Body!;
        Assert.That(actor["omp:attestation"], Is.Null);
    }

    [Test]
    public async Task A_website_and_the_register_prove_who_an_organisation_is_and_a_website_alone_does_not()
    {
        var describe = _town.Get<DescribeOrganisation>();
        var wrong = await describe.ExecuteAsync(_gemeente.Id, "geen website", "gm9999", Plein.Operator, default);
        Assert.That(
            wrong.Refusal!.Faults.Select(fault => fault.Field), Is.EqualTo(new[] { "website", "register" }));
        var about = await DoneAsync(
            describe.ExecuteAsync(_gemeente.Id, _website.Origin, RegisterId, Plein.Operator, default));
        Assert.That(
            (await describe.CheckAsync(_gemeente, about, default)).Select(step => (step.IsDone, step.FaultKey)),
            Is.EqualTo(new[] { (false, "proof.noFile"), (true, "proof.noWebsite"), (false, "proof.notRegistered") }));
        var file = await describe.FileAsync(_gemeente, about, default);
        _website.ServeActivity(WebsiteProof.Path, file, "application/json");
        Assert.That((await describe.CheckAsync(_gemeente, about, default))[0].IsDone, Is.True);

        var answer = await AnswerAsync();
        Assert.That(
            (answer.Kind, answer.AuthorGround, answer.AuthorWebsite),
            Is.EqualTo((AnswerKind.Answer, RecognitionGround.Website, _website.Authority)));
        var page = await _reader.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain("wij weten niet of dit de overheid is")
            .And.Not.Contain("op de eigen website").And.Not.Contain("Officieel antwoord"));

        await DoneAsync(_reader.Get<AdmitOrganisation>().RegisterAsync(
            $"website,adres,naam\n{_website.Authority};{RegisterId};Gemeente Waterveen\n", Plein.Operator, default));
        _clock.Advance(TimeSpan.FromMinutes(61));
        await CheckAsync();
        await UntilAsync(answer, AnswerKind.Official, "the register names it");
        answer = (await _reader.Get<AnswerStore>().FindAsync(answer.Id, Viewer.Anyone))!;
        Assert.That(
            (answer.Kind, answer.AuthorGround, answer.AuthorRegisterId),
            Is.EqualTo((AnswerKind.Official, RecognitionGround.Registered, RegisterId)));
        page = await _reader.Http.GetStringAsync($"/q/{answer.QuestionId}");
        Assert.That(page, Does.Contain("Officieel antwoord van").And.Contain("onder nummer gm9999"));

        // Out of reach it is believed for a week.
        _website.ServeStatus(WebsiteProof.Path, 503);
        _clock.Advance(TimeSpan.FromDays(6));
        await CheckAsync();
        Assert.That(await KindAsync(answer), Is.EqualTo(AnswerKind.Official));
        _clock.Advance(TimeSpan.FromDays(2));
        await CheckAsync();
        await UntilAsync(answer, AnswerKind.Answer, "it is believed no longer");
    }

    [Test]
    public async Task A_link_on_the_website_names_an_organisation_but_never_makes_it_official()
    {
        var describe = _town.Get<DescribeOrganisation>();
        var about = await DoneAsync(
            describe.ExecuteAsync(_gemeente.Id, _website.Origin, RegisterId, Plein.Operator, default));
        await DoneAsync(_reader.Get<AdmitOrganisation>().RegisterAsync(
            $"website,adres,naam\n{_website.Authority};{RegisterId};Gemeente Waterveen\n", Plein.Operator, default));
        await DoneAsync(_town.Get<AdmitOrganisation>().RegisterAsync(
            $"website,adres,naam\n{_website.Authority};{RegisterId};Gemeente Waterveen\n", Plein.Operator, default));
        _website.ServeActivity("/", $"<h1>Waterveen</h1>{Link()}", "text/html; charset=utf-8");
        Assert.That(
            (await describe.CheckAsync(_gemeente, about, default)).Select(step => (step.IsDone, step.FaultKey)),
            Is.EqualTo(new[] { (true, null), (true, "proof.noWebsite"), (false, "proof.linkOnly") }));

        var answer = await AnswerAsync();
        Assert.That(
            (answer.Kind, answer.AuthorGround, answer.AuthorWebsite),
            Is.EqualTo((AnswerKind.Answer, RecognitionGround.Website, _website.Authority)));

        // A file that says otherwise counts for more than any link.
        _website.ServeActivity(WebsiteProof.Path, """{ "version": 1, "nodes": [] }""", "application/json");
        Assert.That((await describe.CheckAsync(_gemeente, about, default))[0].FaultKey, Is.EqualTo("proof.otherActor"));
    }

    [TestCase("""<a href="{0}" rel="nofollow me">wij</a>""", true)]
    [TestCase("""<link href='{0}' rel=me>""", true)]
    [TestCase("""<A REL="ME" HREF="{0}">wij</A>""", true)]
    [TestCase("""<a href="{0}">wij</a>""", false)]
    [TestCase("""<a rel="meer" href="{0}">wij</a>""", false)]
    [TestCase("""<a data-rel="me" href="{0}">wij</a>""", false)]
    [TestCase("""<a title=' rel="me" ' href="{0}">wij</a>""", false)]
    [TestCase("""<a rel="me" href="{0}x">wij</a>""", false)]
    [TestCase("""<p rel="me" href="{0}">wij</p>""", false)]
    [TestCase("""&lt;a rel="me" href="{0}"&gt;""", false)]
    [TestCase("<a <a <a <a rel=me", false)]
    public async Task Row_31_only_a_link_of_oneself_to_this_very_actor_is_one(string html, bool isOne)
    {
        var describe = _town.Get<DescribeOrganisation>();
        var about = await DoneAsync(
            describe.ExecuteAsync(_gemeente.Id, _website.Origin, "", Plein.Operator, default));
        _website.ServeActivity("/", html.Replace("{0}", _gemeente.Uri, StringComparison.Ordinal), "text/html");
        var step = (await describe.CheckAsync(_gemeente, about, default))[0];
        Assert.That((step.IsDone, step.FaultKey), Is.EqualTo((isOne, isOne ? null : "proof.noFile")));
    }

    [Test]
    public async Task Row_31_a_link_on_a_page_to_which_the_website_only_redirects_proves_nothing()
    {
        var describe = _town.Get<DescribeOrganisation>();
        var about = await DoneAsync(
            describe.ExecuteAsync(_gemeente.Id, _website.Origin, "", Plein.Operator, default));
        await using var other = await RemoteServer.StartAsync();
        other.ServeActivity("/", Link(), "text/html");
        _website.Routes["/"] = http =>
        {
            http.Response.Redirect(other.Origin + "/");
            return Task.CompletedTask;
        };
        Assert.That((await describe.CheckAsync(_gemeente, about, default))[0].FaultKey, Is.EqualTo("proof.noFile"));
    }

    [TestCase("another key", "proof.otherKeys")]
    [TestCase("another actor", "proof.otherActor")]
    [TestCase("expired", "proof.fileExpired")]
    [TestCase("another version", "proof.unreadable")]
    [TestCase("no json", "proof.unreadable")]
    [TestCase("too large", "proof.unreadable")]
    [TestCase("elsewhere", "proof.elsewhere")]
    [TestCase("missing", "proof.noFile")]
    public async Task Row_31_a_file_that_does_not_say_all_of_it_proves_nothing(string fault, string key)
    {
        var describe = _town.Get<DescribeOrganisation>();
        var about = await DoneAsync(
            describe.ExecuteAsync(_gemeente.Id, _website.Origin, RegisterId, Plein.Operator, default));
        var file = await describe.FileAsync(_gemeente, about, default);
        await using var other = await RemoteServer.StartAsync();
        switch (fault)
        {
            case "another key":
                file = file.Replace("z6Mk", "z6Mm", StringComparison.Ordinal);
                break;
            case "another actor":
                file = file.Replace(_gemeente.Uri, _gemeente.Uri + "x", StringComparison.Ordinal);
                break;
            case "expired":
                _clock.Advance(TimeSpan.FromDays(367));
                break;
            case "another version":
                file = file.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal);
                break;
            case "no json":
                file = "{";
                break;
            case "too large":
                file += new string(' ', 33_000);
                break;
        }

        other.ServeActivity(WebsiteProof.Path, file, "application/json");
        if (fault == "elsewhere")
        {
            _website.Routes[WebsiteProof.Path] = http =>
            {
                http.Response.Redirect(other.Origin + WebsiteProof.Path);
                return Task.CompletedTask;
            };
        }
        else if (fault != "missing")
        {
            _website.ServeActivity(WebsiteProof.Path, file, "application/json");
        }

        var step = (await describe.CheckAsync(_gemeente, about, default))[0];
        Assert.That((step.IsDone, step.FaultKey), Is.EqualTo((false, key)));
    }

    [Test]
    public void A_register_is_read_whatever_separates_it_and_says_which_line_is_wrong()
    {
        var (entries, unread) = RegisterList.Read(
            "website\tadres\tnaam\n# van 1 maart\n"
                + "https://www.Waterveen.nl/\thttps://r.example/1\t\"Gemeente, Waterveen\"\n"
                + "debrug.nl;https://r.example/2;De Brug\r\nkapot.nl,geen adres,Kapot\n");
        Assert.That(entries, Is.EqualTo(new[]
        {
            new RegisterEntry("waterveen.nl", "https://r.example/1", "Gemeente, Waterveen"),
            new RegisterEntry("debrug.nl", "https://r.example/2", "De Brug"),
        }));
        Assert.That(unread, Is.EqualTo(new[] { "kapot.nl,geen adres,Kapot" }));
    }

    [Test]
    public async Task Nobody_but_an_administrator_decides_about_organisations()
    {
        var member = await _reader.PersonAsync("Mo");
        var outcomes = new[]
        {
            (await _reader.Get<AdmitOrganisation>().ExecuteAsync(_gemeente.Uri, false, member, default)).Refusal,
            (await _reader.Get<AdmitOrganisation>().EndAsync(new ActorId(1), member, default)).Refusal,
            (await _reader.Get<AdmitOrganisation>().RegisterAsync("x", member, default)).Refusal,
            (await _town.Get<DescribeOrganisation>().ExecuteAsync(_gemeente.Id, "", "", member, default)).Refusal,
            (await _town.Get<AttestOrganisation>().IssueAsync(_gemeente.Id, "", "", null, member, default)).Refusal,
            (await _town.Get<AttestOrganisation>().RevokeAsync(1, member, default)).Refusal,
            (await _town.Get<AttestOrganisation>().HoldAsync(_gemeente.Id, "", member, default)).Refusal,
            (await _town.Get<AttestOrganisation>().DropAsync(_gemeente.Id, "", member, default)).Refusal,
        };
        Assert.That(outcomes.Select(refusal => refusal?.Kind), Is.All.EqualTo(RefusalKind.Forbidden));
    }

    private static async Task<T> DoneAsync<T>(Task<Outcome<T>> doing)
    {
        var outcome = await doing;
        Assert.That(outcome.Refusal, Is.Null, string.Join(", ", outcome.Refusal?.Faults.Select(f => f.TextKey) ?? []));
        return outcome.Value!;
    }

    // The node's own worker may be at it at the same moment.
    private Task UntilAsync(Answer answer, AnswerKind kind, string what) =>
        Until.TrueAsync(async () => await KindAsync(answer) == kind, what);

    private async Task<AnswerKind> KindAsync(Answer answer) =>
        (await _reader.Get<AnswerStore>().FindAsync(answer.Id, Viewer.Anyone))!.Kind;

    private async Task CheckAsync()
    {
        var checking = _reader.Get<IEnumerable<IHostedService>>().OfType<CheckStatements>().Single();
        while (await checking.RunOnceAsync(default) > 0)
        {
        }
    }

    // A question at the reader's node, answered by the town's organisation from its own.
    private string Link() => WebsiteProof.WriteLink(_gemeente.Uri, _gemeente.DisplayName);

    private async Task<Answer> AnswerAsync()
    {
        var topic = await _town.FollowAsync((await _reader.TopicAsync("afval")).Uri);
        var asker = await _town.PersonAsync("Anna");
        var officer = await _town.PersonAsync("Priya", forOrganisation: true);
        var asked = await DoneAsync(_town.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Waar laat ik mijn oude fiets?", "", topic.Id), asker, default));
        var given = await DoneAsync(_town.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(asked.Id, "Bij de milieustraat.", OnBehalfOf: _gemeente.Id), officer, default));
        return await Until.FoundAsync(
            () => _reader.Get<AnswerStore>().FindByUriAsync(given.Uri, Viewer.Anyone), "the answer is there");
    }
}
