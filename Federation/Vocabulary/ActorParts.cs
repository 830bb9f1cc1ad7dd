namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>The endpoints of an actor.</summary>
/// <param name="SharedInbox">The node's one inbox for all its actors.</param>
public sealed record ActorEndpoints(string SharedInbox);

/// <summary>An RSA key as everybody reads it.</summary>
/// <param name="Id">Contains <c>#</c>: Lemmy looks for it.</param>
/// <param name="Owner">The actor's id.</param>
/// <param name="PublicKeyPem">SubjectPublicKeyInfo as PEM.</param>
public sealed record RsaKeyDocument(string Id, string Owner, string PublicKeyPem);

/// <summary>An Ed25519 key (FEP-521a).</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Controller">The actor's id.</param>
/// <param name="PublicKeyMultibase">The key in multibase, <c>z6Mk…</c>.</param>
public sealed record MultikeyDocument(string Id, string Controller, string PublicKeyMultibase)
{
    /// <summary>Always Multikey.</summary>
    public string Type { get; } = "Multikey";
}

/// <summary>The software that made something, with what it implements (FEP-844e).</summary>
/// <param name="Id">The node's Application actor.</param>
/// <param name="Implements">IRIs of specifications, as Links.</param>
public sealed record GeneratorDocument(string Id, IReadOnlyList<LinkDocument> Implements)
{
    /// <summary>Always Application.</summary>
    public string Type { get; } = "Application";
}
