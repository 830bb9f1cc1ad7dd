namespace Ontmoetingsplein.Storage.Accounts;

/// <summary>What an account may do on this node.</summary>
public enum Role
{
    /// <summary>A citizen.</summary>
    Member = 0,

    /// <summary>Watches over what is posted.</summary>
    Moderator = 1,

    /// <summary>Runs the node.</summary>
    Administrator = 2,
}

/// <summary>Somebody who can sign in here; the actor with the same number is what others see.</summary>
public sealed record Account
{
    /// <summary>The actor.</summary>
    public required ActorId ActorId { get; init; }

    /// <summary>Where mail goes; never shown to others.</summary>
    public string? Email { get; init; }

    /// <summary>Argon2id in its usual text form; null when no password was set.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>"nl" or "en"; null follows the node.</summary>
    public string? Language { get; init; }

    /// <summary>What the person wrote about themselves, Markdown.</summary>
    public string About { get; init; } = "";

    /// <summary>Wants mail about answers.</summary>
    public bool MailNotices { get; init; } = true;

    /// <summary>The name in the handle, from the actor.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name people read, from the actor.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>What the actor is.</summary>
    public Actors.ActorKind Kind { get; init; }

    /// <summary>The actor's ActivityPub id.</summary>
    public string Uri { get; init; } = "";

    /// <summary>Since when.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
