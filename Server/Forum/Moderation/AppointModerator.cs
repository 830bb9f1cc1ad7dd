using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Moderation;

/// <summary>Makes somebody, of here or elsewhere, a moderator of one topic of this node, or ends that.</summary>
internal sealed class AppointModerator(
    Database database, TopicStore topics, ActorStore actors, RemoteActors remote, Publisher publisher,
    NodeAddresses addresses)
{
    /// <summary>Appoints or dismisses.</summary>
    /// <param name="slug">The topic.</param>
    /// <param name="handle">Like anna, @bram@plein.example, or the address of the person.</param>
    /// <param name="on">Appoint or dismiss.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Actor>> ExecuteAsync(
        string slug, string handle, bool on, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        if (await topics.FindLocalAsync(slug, cancellationToken) is not { } topic)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (await PersonAsync(handle, cancellationToken) is not { DeletedAt: null } person)
        {
            return Refusal.Invalid(
                new FieldFault("handle", "error.handleUnknown", ("handle", SafeHtml.OneLine(handle, 200))));
        }

        var group = (await actors.FindAsync(topic.Id, cancellationToken))!;
        var speaker = await publisher.PrepareAsync(group);
        var self = caller.Account is { } account ? await actors.FindAsync(account.ActorId, cancellationToken) : null;
        var administrator = self is null ? null : await publisher.PrepareAsync(self);
        return await database.WriteAsync<Outcome<Actor>>(
            writing =>
            {
                var changed = on
                    ? ModeratorStore.Add(writing, topic.Id, person.Id)
                    : ModeratorStore.Remove(writing, topic.Id, person.Id);
                if (changed)
                {
                    // From the command line nobody in particular acts: the topic does so itself.
                    Tell(writing, administrator ?? speaker, speaker, person, on);
                }

                return person;
            }, cancellationToken);
    }

    private async Task<Actor?> PersonAsync(string handle, CancellationToken cancellationToken)
    {
        var typed = handle.Trim();
        var parts = typed.TrimStart('@').Split('@');
        var isHere = parts.Length == 1 || (parts.Length == 2 && parts[1] == addresses.Host);
        if (isHere && !typed.Contains('/', StringComparison.Ordinal))
        {
            return await actors.FindLocalAsync(parts[0].ToLowerInvariant(), cancellationToken) is
            { Kind: ActorKind.Person } local
                ? local
                : null;
        }

        if (addresses.IsOwn(typed))
        {
            return await actors.FindByUriAsync(typed, cancellationToken);
        }

        var lookup = await remote.FindByHandleAsync(typed, "Person", cancellationToken);
        return lookup.Actor is { Type: "Person" } found
            ? await database.WriteAsync(
                writing => RemoteActors.Remember(writing, found), cancellationToken)
            : null;
    }

    private void Tell(Writing writing, Speaker who, Speaker topic, Actor person, bool on)
    {
        var group = topic.Actor;
        var activity = publisher.Publish(
            writing, who, group.Uri, person.Uri, isPublic: true,
            id => ThreadActivities.InCollection(id, who.Actor, person.Uri, group.Moderators!, on) with
            {
                To = [PublicAudience.Id],
                Cc = [group.Uri, person.Uri],
                Audience = group.Uri,
                Published = writing.Now,
            },
            []);
        publisher.Announce(
            writing, topic, activity.Body, person.Uri, threadUri: null, group.Uri);
    }
}
