using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Topics;

/// <summary>Follows a topic: a person one that is known here, the node one of another node.</summary>
internal sealed class FollowTopic(
    Database database, TopicStore topics, FollowStore follows, ActorStore actors, RemoteActors remote,
    Publisher publisher, Allowances allowances, NodeAddresses addresses)
{
    /// <summary>Most topics of other nodes that one person lets this node follow.</summary>
    public const int MostElsewhere = 20;

    /// <summary>Lets the caller hear of new questions in a topic, or no longer.</summary>
    public async Task<Outcome<Topic>> ExecuteAsync(
        ActorId id, bool on, Caller caller, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(id, cancellationToken) is not { } topic)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (caller.Account is null)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        var account = caller.Account.ActorId;
        return await database.WriteAsync<Outcome<Topic>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Mark, caller) is { } tooMany)
                {
                    return tooMany;
                }

                if (on)
                {
                    // The node follows a topic of elsewhere for all its people: nobody else needs to know who reads.
                    FollowStore.Put(writing, new Follow
                    {
                        FollowerId = account,
                        TargetId = id,
                        State = FollowState.Accepted,
                        ActivityUri = addresses.Activity(writing.Ids.Next()),
                    });
                }
                else
                {
                    FollowStore.Remove(writing, account, id);
                }

                return topic;
            }, cancellationToken);
    }

    /// <summary>Lets the node follow a topic of another node.</summary>
    /// <param name="handle">Like @afval@plein.example, or the address of the topic.</param>
    /// <param name="caller">Anyone with an account; who is no administrator, within limits.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Actor>> FollowRemoteAsync(
        string handle, Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Account is not { } account)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        if (!caller.IsAdministrator
            && await follows.CountTopicsElsewhereAsync(account.ActorId, cancellationToken) >= MostElsewhere)
        {
            return Refusal.Invalid(new FieldFault("handle", "error.followMost", ("n", MostElsewhere)));
        }

        if (await allowances.TakeAsync(Act.LookUp, caller, cancellationToken) is { } tooMany)
        {
            return tooMany;
        }

        var lookup = await remote.FindByHandleAsync(handle, "Group", cancellationToken);
        if (lookup.Actor is not { } found)
        {
            return Refusal.Invalid(RemoteActors.Fault(lookup, "handle", handle));
        }

        if (found.Type != "Group")
        {
            return Refusal.Invalid(new FieldFault("handle", "error.handleNoTopic"));
        }

        var node = await actors.FindByUriAsync(addresses.Node, cancellationToken)
            ?? throw new InvalidOperationException("The node has no actor.");
        var speaker = await publisher.PrepareAsync(node);
        var known = await actors.FindByUriAsync(found.Id.AbsoluteUri, cancellationToken);
        var isFollowed = known is not null
            && await follows.FindAsync(node.Id, known.Id, cancellationToken) is { State: FollowState.Accepted };
        return await database.WriteAsync<Outcome<Actor>>(
            writing =>
            {
                var group = RemoteActors.Remember(writing, found);
                var description = SafeHtml.OneLine(PlainText.Of(group.SummaryHtml), 300);
                TopicStore.Put(writing, group.Id, description, "message-2", position: 0);
                TopicStore.Archive(writing, group.Id, archived: false);
                if (account.ActorId.Value != 0 && !caller.IsAdministrator)
                {
                    FollowStore.Put(writing, new Follow
                    {
                        FollowerId = account.ActorId,
                        TargetId = group.Id,
                        State = FollowState.Accepted,
                        ActivityUri = addresses.Activity(writing.Ids.Next()),
                    });
                }

                if (isFollowed)
                {
                    return group;
                }

                var number = publisher.Publish(
                    writing, speaker, group.Uri, group.Uri, isPublic: false,
                    id => new FollowActivity { Id = id, Actor = node.Uri, To = [group.Uri], Object = group.Uri },
                    [new FollowerInbox { Inbox = group.Inbox, Host = group.Host! }]);
                FollowStore.Put(writing, new Follow
                {
                    FollowerId = node.Id,
                    TargetId = group.Id,
                    State = FollowState.Asked,
                    ActivityUri = number.Uri,
                });
                return group;
            }, cancellationToken);
    }

    /// <summary>Ends that: what came in stays, nothing new follows.</summary>
    public async Task<Outcome<Actor>> UnfollowRemoteAsync(
        ActorId id, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        var group = await actors.FindAsync(id, cancellationToken);
        var node = await actors.FindByUriAsync(addresses.Node, cancellationToken)
            ?? throw new InvalidOperationException("The node has no actor.");
        if (group is not { IsLocal: false, Kind: ActorKind.Group })
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var speaker = await publisher.PrepareAsync(node);
        return await database.WriteAsync<Outcome<Actor>>(
            writing =>
            {
                FollowStore.Remove(writing, node.Id, group.Id);
                TopicStore.Archive(writing, group.Id, archived: true);
                publisher.Publish(
                    writing, speaker, group.Uri, group.Uri, isPublic: false,
                    activity => new UndoActivity
                    {
                        Id = activity,
                        Actor = node.Uri,
                        To = [group.Uri],
                        Object = new FollowActivity
                        {
                            Id = activity + "#follow",
                            Actor = node.Uri,
                            Object = group.Uri,
                        },
                    },
                    [new FollowerInbox { Inbox = group.Inbox, Host = group.Host! }]);
                return group;
            }, cancellationToken);
    }
}
