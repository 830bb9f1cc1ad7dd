using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>How one round went.</summary>
/// <param name="NextPage">Where to go on; null when the thread is complete.</param>
/// <param name="Unreachable">Why nobody could be asked; null when somebody answered.</param>
internal sealed record ThreadRound(string? NextPage, string? Unreachable = null);

/// <summary>
/// Completes the thread of a question of another server: what its context lists, or, where there is none, the replies
/// and the replies to those (CONTRACT.md §5). One round is bounded; a longer thread takes several. Each post is
/// fetched from its own server and taken in by the same rules as if it had been sent. Who makes the list decides what
/// is asked for, so other servers are asked little at a time, and not on when what they have is of no use.
/// </summary>
internal sealed class ThreadBackfill(
    QuestionStore questions, TopicStore topics, ActorStore actors, ThreadFinder threads, TombstoneStore tombstones,
    CollectionReader collections, ReceivePost posts)
{
    public const int MostPosts = 200;
    public const int MostPages = 10;

    /// <summary>Documents that a thread may cost that came by itself and that nobody here opened yet.</summary>
    public const int MostUnasked = 20;

    /// <summary>Posts that one round asks of a server other than the question's and the topic's own.</summary>
    public const int MostElsewhere = 20;

    private const int MostUseless = 10;
    private const int MostUselessInAll = 20;
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

        if (CanonicalAuthority.Read(question.Uri) is not { } home)
        {
            return new ThreadRound(null);
        }

        var round = new Round(topic, author, home, fetch.Budget);
        round.Begin();
        var done = await WalkContextAsync(round, question, fetch.NextPage, cancellationToken);
        if (done is null)
        {
            await WalkRepliesAsync(round, home, 0, cancellationToken);
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
            || CanonicalAuthority.Read(from ?? question.ContextUri) is not { } start)
        {
            return null;
        }

        var seen = new HashSet<Uri>();
        var found = false;
        var next = start;
        for (var page = 0; next is not null && seen.Add(next); page++)
        {
            if (page == MostPages)
            {
                return new ThreadRound(next.AbsoluteUri);
            }

            round.Begin();
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

                if (round.IsFull || round.HasPutOff)
                {
                    break;
                }
            }

            await hosts.ForEachAsync(
                wanted, uri => uri.Authority, uri => FetchAsync(round, uri, isKnown: false, cancellationToken),
                cancellationToken);
            if (round.IsFull || round.HasPutOff)
            {
                return new ThreadRound(next.AbsoluteUri);
            }

            // NodeBB leaves the opening post out of what stands inline and has it in the first page (CONTRACT.md §9).
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

        round.Begin();
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
            : CanonicalAuthority.Read(replies.Reference) is { } address
                && CanonicalAuthority.SameOrigin(address, post)
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

            round.Begin();
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
        if (CanonicalAuthority.Read(item.Reference) is not { } uri || threads.IsOwn(uri.AbsoluteUri)
            || !round.Seen.TryAdd(uri.AbsoluteUri, true))
        {
            return null;
        }

        var isKnown = await threads.FindAsync(uri.AbsoluteUri, cancellationToken) is not null
            || await tombstones.HasAsync(uri.AbsoluteUri, cancellationToken);
        return (isWalked || !isKnown) && round.TakePost(uri.Authority) ? (uri, isKnown) : null;
    }

    private async Task<AsObject?> FetchAsync(
        Round round, Uri uri, bool isKnown, CancellationToken cancellationToken)
    {
        if (round.HasGivenUp(uri.Authority))
        {
            return null;
        }

        round.Begin();
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
            round.Note(outcome, uri.Authority);
        }

        return thing;
    }

    private sealed class Round(Topic topic, Actor author, Uri home, int? budget)
    {
        private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, int> useless = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, int> asked = new(StringComparer.Ordinal);
        private bool begun;
        private int fetched;
        private int pages;
        private int taken;
        private int allUseless;

        public Topic Topic { get; } = topic;

        public Actor Author { get; } = author;

        public ConcurrentDictionary<string, bool> Seen { get; } = new(StringComparer.Ordinal);

        public bool Reached { get; set; }

        /// <summary>Some posts wait for the next round, because their server was asked enough in this one.</summary>
        public bool HasPutOff { get; private set; }

        public string? Unreachable { get; private set; }

        public int Taken => taken;

        public bool IsFull => Volatile.Read(ref fetched) > MostPosts;

        // Each post may cost its own documents, unless there is one budget for the whole.
        public void Begin()
        {
            if (budget is not { } most)
            {
                FetchBudget.Begin();
            }
            else if (!begun)
            {
                begun = true;
                FetchBudget.Begin(most);
            }
        }

        public bool TakePost(string host)
        {
            if (Volatile.Read(ref allUseless) >= MostUselessInAll || HasGivenUp(host))
            {
                return false;
            }

            if (host != home.Authority && host != Topic.Host
                && asked.AddOrUpdate(host, 1, (_, count) => count + 1) > MostElsewhere)
            {
                HasPutOff = true;
                return false;
            }

            return Interlocked.Increment(ref fetched) <= MostPosts;
        }

        public bool TurnPage() => Interlocked.Increment(ref pages) < MostPages;

        public bool HasGivenUp(string host) =>
            failures.GetValueOrDefault(RegistrableDomain.PartyOf(host)) >= MostFailures
            || useless.GetValueOrDefault(host) >= MostUseless;

        public void Note(HandlingOutcome outcome, string host = "")
        {
            if (outcome.Verdict == HandlingVerdict.Done)
            {
                Interlocked.Increment(ref taken);
                useless[host] = 0;
            }
            else if (outcome.Verdict == HandlingVerdict.Retry)
            {
                Unreachable = outcome.Reason;
                failures.AddOrUpdate(RegistrableDomain.PartyOf(host), 1, (_, count) => count + 1);
            }
            else
            {
                useless.AddOrUpdate(host, 1, (_, count) => count + 1);
                Interlocked.Increment(ref allUseless);
            }
        }
    }
}
