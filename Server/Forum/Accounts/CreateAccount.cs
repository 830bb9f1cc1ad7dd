using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>Makes an actor of this node, and the account that signs in as it.</summary>
internal sealed class CreateAccount(NodeAddresses addresses)
{
    /// <summary>Makes a person or organisation with a free name.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="displayName">Already checked.</param>
    /// <param name="kind">Person or organisation.</param>
    /// <param name="handle">The wished name, or null to make one from the display name.</param>
    /// <returns>Null when the wished name is taken.</returns>
    public Actor? AddActor(Writing writing, string displayName, ActorKind kind, string? handle = null)
    {
        foreach (var name in handle is null ? AccountRules.Handles(displayName) : [handle])
        {
            var actor = NewActor(writing, name, displayName, kind);
            if (ActorStore.Add(writing, actor))
            {
                return actor;
            }
        }

        return null;
    }

    /// <summary>Makes a person who can sign in.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="displayName">Already checked.</param>
    /// <param name="email">Where mail goes.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="handle">The wished name, or null.</param>
    /// <param name="passwordHash">From <see cref="Passwords.Hash"/>, or null.</param>
    /// <returns>Null when the address or the wished name is in use; then nothing was made.</returns>
    public Actor? Execute(
        Writing writing, string displayName, string? email, Role role, string? handle = null,
        string? passwordHash = null)
    {
        var actor = AddActor(writing, displayName, ActorKind.Person, handle);
        if (actor is null)
        {
            return null;
        }

        var added = AccountStore.Add(
            writing,
            new Account { ActorId = actor.Id, Email = email, Role = role, PasswordHash = passwordHash });
        if (!added)
        {
            ActorStore.Discard(writing, actor.Id);
        }

        return added ? actor : null;
    }

    private Actor NewActor(Writing writing, string name, string displayName, ActorKind kind)
    {
        var uri = addresses.Person(name);
        return new Actor
        {
            Id = new ActorId(writing.Ids.Next()),
            Kind = kind,
            Name = name,
            Uri = uri,
            Url = uri,
            DisplayName = SafeHtml.OneLine(displayName, AccountRules.MaxDisplayName),
            Inbox = uri + "/inbox",
            SharedInbox = addresses.SharedInbox,
            Outbox = uri + "/outbox",
            Followers = uri + "/followers",
            CreatedAt = writing.Now,
            UpdatedAt = writing.Now,
        };
    }
}
