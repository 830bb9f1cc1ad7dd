using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>Tells other servers what changed about somebody of here, in the change itself.</summary>
internal sealed class ProfilePublishing(Publisher publisher)
{
    /// <summary>
    /// Sends the actor anew, to the followers' servers and to all that may show posts of it under the old name: who
    /// gives up a name must not go on under it elsewhere (GDPR art. 19).
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="who">Whose.</param>
    /// <param name="document">The actor as it is from now on.</param>
    public void Updated(Writing writing, Speaker who, byte[] document) => Tell(
        writing, who,
        id => new UpdateActivity
        {
            Context = Contexts.Person,
            Id = id,
            Actor = who.Actor.Uri,
            Object = RawJson.Of(document),
        },
        Publisher.Holders(writing, FollowStore.ListInboxes(writing, who.Actor.Id), who.Actor.CreatedAt));

    /// <summary>Asks the followers' servers to follow another account instead (Mastodon's Move).</summary>
    /// <param name="writing">The change.</param>
    /// <param name="who">Whose.</param>
    /// <param name="target">The other account, which names this one.</param>
    public void Moved(Writing writing, Speaker who, string target) => Tell(
        writing, who,
        id => new MoveActivity { Id = id, Actor = who.Actor.Uri, Object = who.Actor.Uri, Target = target },
        FollowStore.ListInboxes(writing, who.Actor.Id));

    private void Tell(
        Writing writing, Speaker who, Func<string, ActivityDocument> make,
        IEnumerable<FollowerInbox> recipients)
    {
        var actor = who.Actor;
        publisher.Publish(
            writing, who, actor.Uri, actor.Uri, isPublic: true,
            id => make(id) with
            {
                To = [PublicAudience.Id],
                Cc = [actor.Followers ?? actor.Uri + "/followers"],
                Published = writing.Now,
            },
            recipients);
    }
}
