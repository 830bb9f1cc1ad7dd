namespace Ontmoetingsplein.Federation.Vocabulary;

/// <content>What actors and keys have.</content>
public sealed partial class AsObject
{
    /// <summary>The name in the handle.</summary>
    public string? PreferredUsername => Text(Term.PreferredUsername);

    /// <summary>FEP-2c59: <c>name@host</c>.</summary>
    public string? Webfinger => Text(Term.Webfinger);

    /// <summary>The inbox's address; null unless there is exactly one.</summary>
    public string? Inbox => SingleId(Term.Inbox);

    /// <summary>The inbox shared by a host's actors, from <c>endpoints</c>.</summary>
    public string? SharedInbox => Single(Term.Endpoints)?.SingleId(Term.SharedInbox);

    /// <summary>The outbox's address.</summary>
    public string? Outbox => SingleId(Term.Outbox);

    /// <summary>The address of the collection of followers.</summary>
    public string? Followers => SingleId(Term.Followers);

    /// <summary>The address of the collection of those it follows.</summary>
    public string? Following => SingleId(Term.Following);

    /// <summary>The address of the collection of pinned objects.</summary>
    public string? Featured => SingleId(Term.Featured);

    /// <summary>For a Group: the address of the collection of moderators, which is its attributedTo.</summary>
    public string? Moderators => Is("Group") ? AttributedToId : null;

    /// <summary>Keys of the old kind: objects with Id, OwnerId and PublicKeyPem, or bare ids.</summary>
    public IReadOnlyList<AsObject> PublicKey => Relation(Term.PublicKey);

    /// <summary>Of a key: the actor it belongs to.</summary>
    public string? OwnerId => SingleId(Term.Owner);

    /// <summary>Of a key: SubjectPublicKeyInfo or PKCS#1 as PEM.</summary>
    public string? PublicKeyPem => Text(Term.PublicKeyPem);

    /// <summary>FEP-521a: Multikeys with Id, ControllerId and PublicKeyMultibase, or bare ids.</summary>
    public IReadOnlyList<AsObject> AssertionMethod => Relation(Term.AssertionMethod);

    /// <summary>Of a Multikey: the actor it belongs to.</summary>
    public string? ControllerId => SingleId(Term.Controller);

    /// <summary>Of a Multikey: the key in multibase.</summary>
    public string? PublicKeyMultibase => Text(Term.PublicKeyMultibase);

    /// <summary>Whether somebody decides on each follow.</summary>
    public bool? ManuallyApprovesFollowers => Flag(Term.ManuallyApprovesFollowers);

    /// <summary>Whether it wants to be listed.</summary>
    public bool? Discoverable => Flag(Term.Discoverable);

    /// <summary>FEP-5feb: whether its public posts may be searched.</summary>
    public bool? Indexable => Flag(Term.Indexable);

    /// <summary>Other ids of the same holder.</summary>
    public IReadOnlyList<string> AlsoKnownAs => Ids(Term.AlsoKnownAs);

    /// <summary>Where it moved; null unless there is exactly one.</summary>
    public string? MovedTo => SingleId(Term.MovedTo);

    /// <summary>Lemmy: only moderators post.</summary>
    public bool? PostingRestrictedToMods => Flag(Term.PostingRestrictedToMods);

    /// <summary>PieFed: a Group for questions and answers.</summary>
    public bool? QuestionAnswer => Flag(Term.QuestionAnswer);
}
