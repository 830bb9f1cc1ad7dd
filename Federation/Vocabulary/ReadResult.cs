using System.Diagnostics.CodeAnalysis;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>A document that was read, or why it could not be.</summary>
public readonly record struct ReadResult
{
    private ReadResult(AsObject? value, string? problem)
    {
        Value = value;
        Problem = problem;
    }

    /// <summary>The object; null when there is a problem.</summary>
    public AsObject? Value { get; }

    /// <summary>
    /// One line in English for the log or the answer 400, without content of the document; null when read.
    /// </summary>
    public string? Problem { get; }

    /// <summary>Whether there is a <see cref="Value"/>.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsRead => Value is not null;

    internal static ReadResult Of(AsObject value) => new(value, null);

    internal static ReadResult Refused(string problem) => new(null, problem);
}
