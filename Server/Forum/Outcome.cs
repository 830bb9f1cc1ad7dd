using System.Diagnostics.CodeAnalysis;

namespace Ontmoetingsplein.Forum;

/// <summary>Why something was not done.</summary>
public enum RefusalKind
{
    /// <summary>What was sent cannot be used: 400.</summary>
    Invalid,

    /// <summary>Only for people who are signed in: 401, or the sign-in page.</summary>
    SignInNeeded,

    /// <summary>Not allowed for this caller: 403.</summary>
    Forbidden,

    /// <summary>Not there, or not for this caller to see: 404.</summary>
    NotFound,

    /// <summary>It was there: 410.</summary>
    Gone,

    /// <summary>Somebody else changed it in between: 409.</summary>
    Conflict,

    /// <summary>Too much in too short a time: 429.</summary>
    TooMany,

    /// <summary>The database cannot be used now: 503.</summary>
    Unavailable,
}

/// <summary>A fault of one field of a form.</summary>
/// <param name="Field">Name of the field as posted.</param>
/// <param name="TextKey">Key of the text that says what to do.</param>
/// <param name="Arguments">Values in that text.</param>
public sealed record FieldFault(string Field, string TextKey, params (string Name, object Value)[] Arguments);

/// <summary>
/// An expected failure, in terms that a page, problem+json and the client API can each put into words.
/// </summary>
/// <param name="Kind">Why.</param>
/// <param name="TextKey">Key of the text for people.</param>
/// <param name="Faults">For <see cref="RefusalKind.Invalid"/>: what to change where.</param>
public sealed record Refusal(RefusalKind Kind, string TextKey, IReadOnlyList<FieldFault> Faults)
{
    /// <summary>A refusal without fields.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="textKey">Key of the text for people.</param>
    public Refusal(RefusalKind kind, string textKey)
        : this(kind, textKey, [])
    {
    }

    /// <summary>For <see cref="RefusalKind.TooMany"/>: how long to wait; null when that is not known.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The form is shown again with what was typed: it can be mended, or sent later.</summary>
    public bool KeepsForm => Kind is RefusalKind.Invalid or RefusalKind.TooMany;

    /// <summary>Too much in too short a time.</summary>
    /// <param name="textKey">Key of the text for people, with {when}.</param>
    /// <param name="wait">How long to wait.</param>
    public static Refusal TooMany(string textKey, TimeSpan wait) => new(RefusalKind.TooMany, textKey) { Wait = wait };

    /// <summary>What was sent cannot be used.</summary>
    /// <param name="faults">At least one.</param>
    public static Refusal Invalid(params FieldFault[] faults) => new(RefusalKind.Invalid, "error.invalid", faults);
}

/// <summary>What a verb results in: a value, or the reason why not.</summary>
/// <typeparam name="T">The value.</typeparam>
public readonly record struct Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The value; only when <see cref="Refusal"/> is null.</summary>
    public T? Value { get; }

    /// <summary>Why not; null when it was done.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether it was done.</summary>
    /// <param name="value">What it resulted in.</param>
    /// <param name="refusal">Or why not.</param>
    public bool IsDone([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (Value, Refusal);
        return refusal is null;
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
