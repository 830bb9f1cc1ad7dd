using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Reports;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>Flag: somebody elsewhere reports a post of or in a topic of ours, or one of our people.</summary>
internal sealed class ReceiveReport(Database database, ThreadFinder threads, ActorStore actors)
{
    private const int MostObjects = 20;

    public async Task<HandlingOutcome> ExecuteAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.AnnouncedBy is not null)
        {
            return HandlingOutcome.Refused("A report is not for the public.");
        }

        var (uri, place) = await AboutAsync(incoming, cancellationToken);
        if (uri is null)
        {
            return HandlingOutcome.Ignored("It is about nothing of ours.");
        }

        var reason = ReadableText.Lines(
            PlainText.Of(incoming.Activity.Content ?? incoming.Activity.Summary ?? ""));
        return await database.WriteAsync(
            writing =>
            {
                var added = ReportStore.Add(writing, new Report
                {
                    Id = writing.Ids.Next(),
                    ReporterId = incoming.Sender.Id,
                    ReporterHost = incoming.Sender.Host!,
                    ObjectUri = uri,
                    QuestionId = place?.Question.Id,
                    AnswerId = place?.Answer?.Id,
                    Reason = reason,
                });
                if (!added)
                {
                    return HandlingOutcome.Ignored("It was reported before, or there are too many reports.");
                }

                incoming.MarkDone(writing);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    // The post says more than its author, whom Mastodon names too.
    private async Task<(string? Uri, ThreadPlace? Place)> AboutAsync(
        Incoming incoming, CancellationToken cancellationToken)
    {
        string? person = null;
        foreach (var uri in incoming.Activity.Object.Take(MostObjects).Select(thing => thing.Reference))
        {
            if (uri is null)
            {
                continue;
            }

            if (await threads.FindAsync(uri, cancellationToken) is { } place
                && (threads.IsOwn(uri) || await threads.LocalTopicAsync(place.Question, cancellationToken) is not null))
            {
                return (uri, place);
            }

            if (threads.IsOwn(uri)
                && await actors.FindByUriAsync(uri, cancellationToken) is { IsLocal: true, DeletedAt: null })
            {
                person ??= uri;
            }
        }

        return (person, null);
    }
}
