using System.Collections.Concurrent;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Inbound;

/// <summary>How one round went.</summary>
/// <param name="NextPage">Where to go on; null when the thread is complete.</param>
/// <param name="Unreachable">Why nobody could be asked; null when somebody answered.</param>
internal sealed record ThreadRound(string? NextPage, string? Unreachable = null);

/// <summary>
/// Completes the thread of a question of another server: what its context lists, or, where there is none, the replies
/// and the replies to those (federation.md §5). One round is bounded; a longer thread takes several. Each post is
/// fetched from its own server and taken in by the same rules as if it had been sent.
/// </summary>
internal sealed class ThreadBackfill(
    QuestionStore questions, TopicStore topics, ActorStore actors, ThreadFinder threads, TombstoneStore tombstones,
    CollectionReader collections, ReceivePost posts)
{
    public const int MostPosts = 200;
    public const int MostPages = 10;
    private const int MostDepth = 20;
    private const int PerHost = 2;
    private const int MostFailures = 5;

    /// <summary>A question that was asked so shortly ago and sent at once has no thread to complete.</summary>
    public static readonly TimeSpan StillNew = TimeSpan.FromMinutes(5);

    private readonly PartyGate hosts = new(PerHost);

    /// <summary>Makes one round.</summary>
    /// <param name="fetch">Which thread, and where a former round stopped.</param>
    /// <param name="cancellationToken">Stops waiting; what was taken in stays.</param>
    public async Task<ThreadRound> ExecuteAsync(ThreadFetch fetch, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(fetch.QuestionId, Viewer.Anyone, cancellationToken) is not
            { IsLocal: false, DeletedAt: null } question
            || await topics.FindAsync(question.TopicId, cancellationToken) is not { } topic
            || await actors.FindAsync(question.AuthorId, cancellationToken) is not { } author)
        {
            return new ThreadRound(null);
        }

        var round = new Round(topic, author);
        var done = await WalkContextAsync(round, question, fetch.NextPage, cancellationToken);
        if (done is null)
        {
            await WalkRepliesAsync(round, new Uri(question.Uri), 0, cancellationToken);
            done = new ThreadRound(null, round.Reached ? null : round.Unreachable);
        }

        if (done is { NextPage: null, Unreachable: null } && question.AcceptedAnswerId is null && round.Taken > 0)
        {
            await posts.TakeChoiceAsync(question, cancellationToken);
        }

        return done;
    }

    // Null: there is no context, so the replies must tell.
    private async Task<ThreadRound?> WalkContextAsync(
        Round round, Question question, string? from, CancellationToken cancellationToken)
    {
        if (threads.IsOwn(question.ContextUri)
            || !Uri.TryCreate(from ?? question.ContextUri, UriKind.Absolute, out var next))
        {
            return null;
        }

        var seen = new HashSet<Uri>();
        var found = false;
        for (var page = 0; next is not null && seen.Add(next); page++)
        {
            if (page == MostPages)
            {
                return new ThreadRound(next.AbsoluteUri);
            }

            FetchBudget.Begin();
            var part = await collections.ReadAsync(next, cancellationToken);
            if (part.Unreachable is { } reason)
            {
                return new ThreadRound(page == 0 ? from : next.AbsoluteUri, reason);
            }

            found |= part.Items.Count > 0;
            var wanted = new List<Uri>();
            foreach (var item in part.Items)
            {
                if (await WantAsync(round, item, isWalked: false, cancellationToken) is { } want)
                {
                    wanted.Add(want.Uri);
                }

                if (round.IsFull)
                {
                    break;
                }
            }

            await hosts.ForEachAsync(
                wanted, uri => uri.Authority, uri => FetchAsync(round, uri, isKnown: false, cancellationToken),
                cancellationToken);
            if (round.IsFull)
            {
                return new ThreadRound(next.AbsoluteUri);
            }

            // NodeBB leaves the opening post out of what stands inline and has it in the first page (peers.md).
            next = part.First is { } first && !seen.Contains(first) ? first : part.Next;
        }

        return found ? new ThreadRound(null) : null;
    }

    private async Task WalkRepliesAsync(Round round, Uri post, int depth, CancellationToken cancellationToken)
    {
        if (depth >= MostDepth || round.IsFull)
        {
            return;
        }

        FetchBudget.Begin();
        var (thing, fault) = await posts.ReadAsync(post, cancellationToken);
        if (thing is null)
        {
            round.Note(fault);
            return;
        }

        round.Reached = true;
        await WalkRepliesAsync(round, thing, post, depth, cancellationToken);
    }

    private async Task WalkRepliesAsync(
        Round round, AsObject thing, Uri post, int depth, CancellationToken cancellationToken)
    {
        if (thing.Replies is not [{ } replies])
        {
            return;
        }

        var part = replies.First.Count > 0 || replies.Items.Count > 0 || replies.OrderedItems.Count > 0
            ? CollectionReader.Of(replies, post)
            : Uri.TryCreate(replies.Reference, UriKind.Absolute, out var address)
                && Federation.CanonicalAuthority.SameOrigin(address, post)
                ? await collections.ReadAsync(address, cancellationToken)
                : CollectionPart.None;
        var seen = new HashSet<Uri>();
        while (true)
        {
            foreach (var item in part.Items)
            {
                await TakeAsync(round, item, depth + 1, cancellationToken);
            }

            if ((part.Next ?? part.First) is not { } next || !seen.Add(next) || round.IsFull || !round.TurnPage())
            {
                return;
            }

            FetchBudget.Begin();
            part = await collections.ReadAsync(next, cancellationToken);
        }
    }

    private async Task TakeAsync(Round round, AsObject item, int depth, CancellationToken cancellationToken)
    {
        if (await WantAsync(round, item, isWalked: true, cancellationToken) is not { } want)
        {
            return;
        }

        AsObject? thing = null;
        await hosts.RunAsync(
            want.Uri.Authority,
            async () => thing = await FetchAsync(round, want.Uri, want.IsKnown, cancellationToken), cancellationToken);
        if (thing is not null && depth < MostDepth)
        {
            await WalkRepliesAsync(round, thing, want.Uri, depth, cancellationToken);
        }
    }

    // Where the replies to it are walked too, it is fetched even when it is known.
    private async Task<(Uri Uri, bool IsKnown)?> WantAsync(
        Round round, AsObject item, bool isWalked, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(item.Reference, UriKind.Absolute, out var uri) || threads.IsOwn(uri.AbsoluteUri)
            || !round.Seen.TryAdd(uri.AbsoluteUri, true))
        {
            return null;
        }

        var isKnown = await threads.FindAsync(uri.AbsoluteUri, cancellationToken) is not null
            || await tombstones.HasAsync(uri.AbsoluteUri, cancellationToken);
        return (isWalked || !isKnown) && round.TakePost() ? (uri, isKnown) : null;
    }

    private async Task<AsObject?> FetchAsync(
        Round round, Uri uri, bool isKnown, CancellationToken cancellationToken)
    {
        if (round.HasGivenUp(uri.Authority))
        {
            return null;
        }

        FetchBudget.Begin();
        var (thing, fault) = await posts.ReadAsync(uri, cancellationToken);
        if (thing is null)
        {
            round.Note(fault, uri.Authority);
            return null;
        }

        round.Reached = true;
        if (!isKnown)
        {
            var incoming = new Incoming(0, thing, round.Author, round.Topic) { IsReplyOnly = true };
            var outcome = await posts.TakeAsync(thing, incoming, cancellationToken);
            round.Note(outcome);
        }

        return thing;
    }

    private sealed class Round(Topic topic, Actor author)
    {
        private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.Ordinal);
        private int fetched;
        private int pages;
        private int taken;

        public Topic Topic { get; } = topic;

        public Actor Author { get; } = author;

        public ConcurrentDictionary<string, bool> Seen { get; } = new(StringComparer.Ordinal);

        public bool Reached { get; set; }

        public string? Unreachable { get; private set; }

        public int Taken => taken;

        public bool IsFull => Volatile.Read(ref fetched) > MostPosts;

        public bool TakePost() => Interlocked.Increment(ref fetched) <= MostPosts;

        public bool TurnPage() => Interlocked.Increment(ref pages) < MostPages;

        public bool HasGivenUp(string host) =>
            failures.GetValueOrDefault(RegistrableDomain.PartyOf(host)) >= MostFailures;

        public void Note(HandlingOutcome outcome, string? host = null)
        {
            if (outcome.Verdict == HandlingVerdict.Done)
            {
                Interlocked.Increment(ref taken);
            }
            else if (outcome.Verdict == HandlingVerdict.Retry)
            {
                Unreachable = outcome.Reason;
                failures.AddOrUpdate(RegistrableDomain.PartyOf(host ?? ""), 1, (_, count) => count + 1);
            }
        }
    }
}
