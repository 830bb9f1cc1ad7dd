namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>The collection of everybody (ActivityPub §5.6).</summary>
public static class PublicAudience
{
    /// <summary>The full IRI: the only spelling that is sent.</summary>
    public const string Id = "https://www.w3.org/ns/activitystreams#Public";

    /// <summary>Whether an id means everybody, in any of the three spellings that are in use.</summary>
    /// <param name="id">An id of to, cc or audience.</param>
    public static bool Matches(string? id) => id is Id or "as:Public" or "Public";
}
