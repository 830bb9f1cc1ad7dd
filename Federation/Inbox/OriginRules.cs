using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// What can be said of an activity's authority without knowing anything else (FEP-fe34; CONTRACT.md §3.5, §7 rows
/// 11, 12 and 14). What needs the database is decided by the handler.
/// </summary>
internal static class OriginRules
{
    /// <summary>Why an activity may not have been sent by its actor; null when it may.</summary>
    public static string? Check(ActivityEnvelope envelope, Uri actor, FederationOptions options)
    {
        if (CanonicalAuthority.SameOrigin(actor, options.Origin))
            return "The actor is one of ours.";
        if (!CanonicalAuthority.IsOn(envelope.Id, actor))
            return "The activity's id is not on the actor's host.";
        if (envelope.ObjectType is null || envelope.Type is not ("Create" or "Update"))
            return null;
        // The most of it: somebody says something of his own.
        if (envelope.ObjectAttributedToId == envelope.ActorId && !ActorReader.IsActorType(envelope.ObjectType) &&
            CanonicalAuthority.IsOn(envelope.ObjectId, actor))
            return null;
        if (CanonicalAuthority.Parse(envelope.ObjectId, options) is not { } objectId)
            return "The object has no id.";
        if (CanonicalAuthority.SameOrigin(objectId, options.Origin))
            return "The object's id is one of ours.";
        if (ActorReader.IsActorType(envelope.ObjectType))
            return CanonicalAuthority.SameId(objectId, actor) ? null : "An actor is only changed by itself.";
        var author = CanonicalAuthority.Parse(envelope.ObjectAttributedToId, options);
        if (author is null)
            return "The object names no author.";
        if (!CanonicalAuthority.SameOrigin(objectId, author))
            return "The object's id is not on its author's host.";
        // Others may change it, as moderators do; who is one, the handler knows.
        return envelope.Type == "Create" && !CanonicalAuthority.SameId(author, actor)
            ? "The object has another author." : null;
    }
}
