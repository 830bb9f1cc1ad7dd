using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>Signing in by mail link or by password.</summary>
public sealed record SignInModel
{
    /// <summary>Fields: email, password. They belong to the form that was sent.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public string Email { get; init; } = "";

    /// <summary>The password form was sent, so the errors are there.</summary>
    public bool ByPassword { get; init; }

    /// <summary>Local path to go to afterwards.</summary>
    public string Return { get; init; } = Paths.Home;
}

/// <summary>The mail is under way.</summary>
/// <param name="Email">Where to.</param>
/// <param name="ValidMinutes">How long the link works.</param>
public sealed record SignInSentModel(string Email, int ValidMinutes);

/// <summary>Setting or changing a password.</summary>
/// <param name="HasPassword">There is one already, which must be given.</param>
/// <param name="MinimumLength">In characters.</param>
public sealed record PasswordModel(bool HasPassword, int MinimumLength)
{
    /// <summary>Fields: current, password, again.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>First sign-in: choose how to be called.</summary>
public sealed record WelcomeModel
{
    /// <summary>Fields: name, username, email.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public string Name { get; init; } = "";

    /// <summary>The part of the address: samira in @samira@plein.waterveen.example.</summary>
    public string UserName { get; init; } = "";

    public string Return { get; init; } = Paths.Home;

    /// <summary>The secret of the link that was followed.</summary>
    public string Token { get; init; } = "";

    /// <summary>The link was not mailed: an address is still to be given.</summary>
    public bool AsksEmail { get; init; }

    public string Email { get; init; } = "";

    /// <summary>Whoever goes on runs the plein.</summary>
    public bool BecomesAdministrator { get; init; }
}

/// <summary>A mailed link was opened; nothing happened yet, since programs that scan mail open links too.</summary>
/// <param name="Token">The secret of the link.</param>
public sealed record SignInLinkModel(string Token);

/// <summary>One's own settings.</summary>
public sealed record MyAccountModel(string Email, string DisplayName, string About, string Language, bool MailNotices)
{
    /// <summary>Fields: name, about, language, mail.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public bool HasPassword { get; init; }

    /// <summary>People of other servers may find them.</summary>
    public bool Discoverable { get; init; }

    /// <summary>@samira@plein.waterveen.example</summary>
    public string Handle { get; init; } = "";
}

/// <summary>Accounts elsewhere, and moving to one of them.</summary>
/// <param name="Handle">@samira@plein.waterveen.example</param>
/// <param name="Others">Other accounts, former and further ones.</param>
/// <param name="MovedTo">Where they moved, or null.</param>
public sealed record MoveModel(string Handle, IReadOnlyList<LinkItem> Others, LinkItem? MovedTo)
{
    /// <summary>Fields: old, new, sure.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What was typed as the former account.</summary>
    public string Old { get; init; } = "";

    /// <summary>What was typed as the new account.</summary>
    public string New { get; init; } = "";
}

/// <summary>The public page of a person or organisation.</summary>
public sealed record ProfileModel(PersonView Who, MarkupString About)
{
    /// <summary>@samira@plein.waterveen.example</summary>
    public string Handle { get; init; } = "";

    public DateTimeOffset Since { get; init; }

    public IReadOnlyList<QuestionRowView> Questions { get; init; } = [];

    public IReadOnlyList<ProfileAnswer> Answers { get; init; } = [];

    public Uri? Alternate { get; init; }

    /// <summary>The account that they moved to, or null.</summary>
    public LinkItem? MovedTo { get; init; }

    /// <summary>The reader looks at their own page.</summary>
    public bool IsReader { get; init; }
}

/// <summary>An answer on the profile of its writer.</summary>
/// <param name="Id">Of the answer.</param>
/// <param name="QuestionId">Of its question.</param>
/// <param name="QuestionTitle">Plain text.</param>
/// <param name="Excerpt">Plain text, a line or two.</param>
/// <param name="At">When.</param>
public sealed record ProfileAnswer(long Id, long QuestionId, string QuestionTitle, string Excerpt, DateTimeOffset At)
{
    public bool Accepted { get; init; }

    public int Helpful { get; init; }
}
