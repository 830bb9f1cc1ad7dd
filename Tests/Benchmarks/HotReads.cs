using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>The reads that a node spends its days with, as the pages and workers make them.</summary>
internal static class HotReads
{
    // Given back at once, so that the next call finds the same work.
    private static readonly TimeSpan NoLease = TimeSpan.FromSeconds(-1);

    /// <summary>The hottest, whose plans are shown.</summary>
    public static IReadOnlyList<(string Name, Func<FilledDatabase, Task> Run)> Hottest { get; } =
    [
        ("home", async db =>
        {
            await new TopicStore(db.Database).ListAsync();
            await Questions(db).ListAsync(default, Viewer.Anyone, PageRequest.Newest(4));
            await Questions(db).ListAsync(new(Unanswered: true), Viewer.Anyone, PageRequest.Newest(7));
        }),
        ("topic, anywhere in its list", db =>
            Questions(db).ListAsync(new(Topic: db.Topic), Viewer.Anyone, new PageRequest(db.Question().Value, 20))),
        ("question", db => Questions(db).FindAsync(db.Question(), Viewer.Anyone)),
        ("answers of a question", db =>
            new AnswerStore(db.Database).ListAsync(db.Question(), Viewer.Anyone, 0, 1_000)),
        ("search, a word that all questions have", db => SearchAsync(db, "afvalcontainer")),
        ("questions like one", db => db.Search.FindSimilarAsync(db.Title(), Viewer.Anyone, 5)),
        ("outbox, anywhere in its pages", db =>
            new OutboxStore(db.Database).ListAsync(db.Topic, new PageRequest(db.Activity(), 20))),
        ("outbox, how many", db => new OutboxStore(db.Database).CountAsync(db.Topic)),
        ("actor by id", db => new ActorStore(db.Database).FindByUriAsync(db.Actor())),
        ("work-off of the inbox, 50 hosts", db => new InboxStore(db.Database).TakeAsync(new(50, 20), NoLease)),
        ("work-off of the outbox, 50 hosts", db => new OutboxStore(db.Database).TakeAsync(50, 20, NoLease)),
    ];

    /// <summary>Searches that find and rank more where there is more, up to the 300 that are ranked at most.</summary>
    public static IReadOnlyList<(string Name, Func<FilledDatabase, Task> Run)> Others { get; } =
    [
        ("search, a word that ten questions have", db => SearchAsync(db, db.RareWord())),
        ("search, a word of one question in a thousand", db => SearchAsync(db, "plek1234")),
        ("search, a word of one question in a hundred", db => SearchAsync(db, "wijk142")),
        ("search, two words", db => SearchAsync(db, "afvalcontainer plek1234")),
        ("search, as a question is typed", db =>
            SearchAsync(db, $"Vraag over de afvalcontainer in wijk142 bij {db.RareWord()}")),
    ];

    private static QuestionStore Questions(FilledDatabase db) => new(db.Database);

    private static Task<IReadOnlyList<QuestionRow>> SearchAsync(FilledDatabase db, string words) =>
        db.Search.FindAsync(words, Viewer.Anyone, 20);
}
