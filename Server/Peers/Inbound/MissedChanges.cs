using System.Globalization;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Server.Peers.Documents;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Asks nodes of our kind once a day what their topics announced, and takes in what never arrived here: this node was
/// away for longer than they keep trying, or came back from a backup (CONTRACT.md §5). Each Announce is fetched from
/// the topic's own server and goes through the journal, under the same rules as what is delivered.
/// </summary>
internal sealed partial class MissedChanges(
    ChangeReadStore reads, ActorStore actors, InboxStore inbox, IInboxJournal journal, CollectionReader collections,
    RemoteFetcher fetcher, NodeAddresses addresses, Database database, TimeProvider clock,
    ILogger<MissedChanges> logger) : Worker(clock, logger)
{
    /// <summary>Between two readings of a topic's list.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(1);

    /// <summary>So many pages are read before others get their turn.</summary>
    public const int MostPages = 10;

    private const int MostOfPage = 100;
    private const int Beside = 16;
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    // Clocks differ, and what is announced at a moment may be committed a while after it.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>Reads the lists that are due, once.</summary>
    /// <returns>How many.</returns>
    public Task<int> RunOnceAsync(CancellationToken cancellationToken) => Work().RunOnceAsync(cancellationToken);

    protected override Task WorkAsync(CancellationToken stoppingToken) => Work().RunAsync(stoppingToken);

    // Each list in a lane of its own: a slow server holds up no other's.
    private Lanes<ChangeRead> Work() => new()
    {
        Most = Beside,
        Take = TakeAsync,
        Run = async (read, stop) =>
        {
            await ReadAsync(read, stop);
            return null;
        },
        Wait = stop => Task.Delay(Round, Clock, stop),
        Failed = TellThatItWaits,
        Time = Clock,
    };

    private async Task<IReadOnlyList<ChangeRead>> TakeAsync(int free, CancellationToken cancellationToken) =>
        await actors.FindByUriAsync(addresses.Node, cancellationToken) is { } node
            ? await reads.TakeAsync(node.Id, Period, free, Lease, cancellationToken)
            : [];

    private async Task ReadAsync(ChangeRead read, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Longest, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        read = read with { StartedAt = read.StartedAt ?? Clock.GetUtcNow() };
        try
        {
            if (await actors.FindAsync(read.TopicId, either.Token) is { } topic)
            {
                await ReadAsync(read, topic, either.Token);
            }
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            await PutAsync(read, AfterFailure, cancellationToken);
        }
#pragma warning disable CA1031 // A list that we stumble over must not keep the others from being read.
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(Logger, problem, read.TopicId);
            await PutAsync(read, IsPassing(problem) ? Soon : Period, cancellationToken);
        }
    }

    private async Task ReadAsync(ChangeRead read, Actor topic, CancellationToken cancellationToken)
    {
        var page = CanonicalAuthority.Read(read.NextPage) ?? Beginning(read, topic);
        for (var pages = 0; page is not null && pages < MostPages; pages++)
        {
            FetchBudget.Begin();
            var part = await collections.ReadAsync(page, cancellationToken);
            if (part.Unreachable is not null || !await TakeAsync(part, topic, cancellationToken))
            {
                await PutAsync(read, AfterFailure, cancellationToken);
                return;
            }

            page = part.Next ?? part.First;
            read = read with { NextPage = page?.AbsoluteUri };
        }

        if (page is not null)
        {
            await PutAsync(read, Round, cancellationToken);
            return;
        }

        await PutAsync(
            read with { ReadThrough = read.StartedAt!.Value, StartedAt = null }, Period, cancellationToken);
    }

    private static Uri Beginning(ChangeRead read, Actor topic)
    {
        var since = (read.ReadThrough - Overlap).UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
        return new Uri(
            CanonicalAuthority.Stored(topic.Uri),
            $"{ShowChanges.Path}?since={Uri.EscapeDataString(since)}&topic={Uri.EscapeDataString(topic.Uri)}");
    }

    // In the order of the list: an edit after what it edits. False when the server cannot be had any more.
    private async Task<bool> TakeAsync(CollectionPart part, Actor topic, CancellationToken cancellationToken)
    {
        Uri[] listed =
        [
            .. part.Items.Take(MostOfPage).Select(item => Announce(item.Reference, topic)).OfType<Uri>().Distinct(),
        ];
        var known = await inbox.ListKnownAsync(listed.Select(uri => uri.AbsoluteUri), cancellationToken);
        foreach (var uri in listed.ExceptBy(known, uri => uri.AbsoluteUri))
        {
            FetchBudget.Begin();
            switch (await fetcher.FetchAsync(uri, null, cancellationToken))
            {
                case FetchResult.Unreachable:
                    return false;
                case FetchResult.Found found
                    when VocabularyReader.Read(found.Bytes).Value is { } announce && announce.Is("Announce")
                        && announce.Id == uri.AbsoluteUri && announce.ActorId == topic.Uri:
                    await journal.KeepAsync(
                        new JournalEntry(
                            announce.Id, CanonicalAuthority.Stored(topic.Uri), "Announce", topic.Host!, null,
                            found.Bytes, Clock.GetUtcNow()),
                        cancellationToken);
                    break;
            }
        }

        return true;
    }

    private static Uri? Announce(string? text, Actor topic) =>
        CanonicalAuthority.Read(text) is { } uri && CanonicalAuthority.IsOn(topic.Uri, uri) ? uri : null;

    private Task PutAsync(ChangeRead read, TimeSpan wait, CancellationToken cancellationToken) => NoteAsync(
        database, writing => ChangeReadStore.Put(writing, read, writing.Now + wait), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1321, LogLevel.Error, "The changes of topic {Topic} could not be read")]
        public static partial void Failed(ILogger logger, Exception problem, ActorId topic);
    }
}
