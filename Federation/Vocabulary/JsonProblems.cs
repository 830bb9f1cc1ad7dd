using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Turns the exceptions of JSON readers into one line.</summary>
internal static class JsonProblems
{
    // The framework's messages quote the document, which may hold personal data; ours do not and have no position.
    public static string Describe(JsonException problem) => problem.LineNumber is { } line
        ? $"The document is not well-formed JSON (line {line + 1}, byte {problem.BytePositionInLine})."
        : problem.Message;
}
