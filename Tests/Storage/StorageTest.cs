using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>A test on an empty database, on each engine; a plein with a few people is a call away.</summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public abstract class StorageTest(TestEngine engine)
{
    protected TestEngine Engine { get; } = engine;

    protected ManualClock Clock { get; private set; } = null!;

    protected TestDatabase Place { get; private set; } = null!;

    protected Database Db { get; set; } = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        Clock = new ManualClock();
        Place = await TestDatabase.CreateAsync(Engine);
        Db = await Place.OpenAsync(Clock);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await Db.DisposeAsync();
        await Place.DisposeAsync();
    }

    protected async Task ReopenAsync()
    {
        await Db.DisposeAsync();
        Db = await Place.OpenAsync(Clock);
    }

    protected Task<T> WriteAsync<T>(Func<Writing, T> work) => Db.WriteAsync(work);

    protected Task WriteAsync(Action<Writing> work) => Db.WriteAsync(work);

    protected Task<long> CountAsync(string table, string where = "1 = 1") =>
        Db.FirstAsync<long>($"select count(*) from {table} where {where}", null, default);

    protected Task<Actor> AddActorAsync(string name, ActorKind kind = ActorKind.Person, string? host = null) =>
        WriteAsync(w =>
        {
            var actor = Some.Actor(w, name, kind, host);
            Assert.That(ActorStore.Add(w, actor), Is.True);
            return actor;
        });

    protected async Task<ActorId> AddAccountAsync(string name)
    {
        var actor = await AddActorAsync(name);
        await WriteAsync(w => AccountStore.Add(
            w, new Account { ActorId = actor.Id, Email = $"{name}@example.org", Role = Role.Member }));
        return actor.Id;
    }

    protected async Task<ActorId> AddTopicAsync(string name)
    {
        var actor = await AddActorAsync(name, ActorKind.Group);
        await WriteAsync(w => TopicStore.Put(w, actor.Id, "Over de buurt.", "trees", 1));
        return actor.Id;
    }

    /// <summary>A topic, an asker, an organisation, one of its members and somebody else.</summary>
    protected async Task<Plein> AddPleinAsync()
    {
        var plein = new Plein(
            await AddTopicAsync("groen"), await AddAccountAsync("anna"),
            (await AddActorAsync("gemeente", ActorKind.Organisation)).Id, await AddAccountAsync("mo"),
            await AddAccountAsync("bram"));
        await WriteAsync(w => AccountStore.Join(w, plein.Organisation, plein.Member));
        return plein;
    }

    protected Task<Question> AskAsync(
        Plein plein, string title, Audience audience = Audience.Everyone, string body = "", ActorId? author = null) =>
        WriteAsync(w =>
        {
            var question = Some.Question(w, plein, title, body) with
            {
                Audience = audience,
                OrganisationId = audience == Audience.Organisation ? plein.Organisation : null,
                AuthorId = author ?? plein.Asker,
            };
            Assert.That(QuestionStore.Add(w, question), Is.True);
            return question;
        });

    protected Task<Answer> AnswerAsync(
        Plein plein, Question question, string html, Audience audience = Audience.Everyone,
        AnswerKind kind = AnswerKind.Answer, ActorId? author = null, AnswerId? parent = null) =>
        WriteAsync(w =>
        {
            var answer = Some.Answer(w, question, author ?? plein.Other, html) with
            {
                Kind = kind,
                ParentId = parent,
                Audience = audience,
                OrganisationId = audience == Audience.Organisation ? plein.Organisation : null,
            };
            Assert.That(AnswerStore.Add(w, answer), Is.True);
            return answer;
        });
}

/// <summary>Who is there.</summary>
public sealed record Plein(ActorId Topic, ActorId Asker, ActorId Organisation, ActorId Member, ActorId Other);
