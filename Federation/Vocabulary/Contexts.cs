namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// The contexts of outgoing documents: always arrays, always inline for own terms (CONTRACT.md D2), because
/// Mastodon refuses a proof whose context is a string, and nobody should have to fetch one.
/// </summary>
public static class Contexts
{
    /// <summary>The own namespace.</summary>
    public const string Profile = "https://w3id.org/ontmoetingsplein/ns#";

    private const string PostTerms = """
        "omp":"https://w3id.org/ontmoetingsplein/ns#","lemmy":"https://join-lemmy.org/ns#",
        "schema":"http://schema.org/","distinguished":"lemmy:distinguished","sensitive":"as:sensitive",
        "Hashtag":"as:Hashtag","answer":"omp:answer","language":"schema:inLanguage","identifier":"schema:identifier"
        """;

    private const string ActorTerms = PostTerms + """
        ,"toot":"http://joinmastodon.org/ns#","featured":{"@id":"toot:featured","@type":"@id"},
        "discoverable":"toot:discoverable","indexable":"toot:indexable",
        "manuallyApprovesFollowers":"as:manuallyApprovesFollowers",
        "postingRestrictedToMods":"lemmy:postingRestrictedToMods","questionAnswer":"omp:questionAnswer"
        """;

    private const string ActorStart =
        "\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/v1\","
        + "\"https://www.w3.org/ns/cid/v1\",{" + ActorTerms;

    /// <summary>Plain ActivityStreams.</summary>
    public static RawJson Plain { get; } = Make("\"https://www.w3.org/ns/activitystreams\"");

    /// <summary>Plain ActivityStreams with a proof.</summary>
    public static RawJson Signed { get; } = Make(
        "\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/data-integrity/v2\"");

    /// <summary>Questions, answers, comments, and what wraps them (CONTRACT.md §4.3); room for a proof.</summary>
    public static RawJson Post { get; } = Make(
        "\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/data-integrity/v2\",{"
        + PostTerms + "}");

    /// <summary>Actors (CONTRACT.md §2).</summary>
    public static RawJson Actor { get; } = Make(ActorStart + "}");

    /// <summary>People, who may have accounts elsewhere (CONTRACT.md §2).</summary>
    public static RawJson Person { get; } = Make(
        ActorStart + ",\"alsoKnownAs\":{\"@id\":\"as:alsoKnownAs\",\"@type\":\"@id\"},"
        + "\"movedTo\":{\"@id\":\"as:movedTo\",\"@type\":\"@id\"},"
        + "\"PropertyValue\":\"schema:PropertyValue\",\"value\":\"schema:value\"}");

    /// <summary>Threads; room for a proof.</summary>
    public static RawJson Thread { get; } = Make(
        "\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/data-integrity/v2\","
        + "{\"omp\":\"https://w3id.org/ontmoetingsplein/ns#\"}");

    /// <summary>ChooseAnswer and its Undo.</summary>
    public static RawJson ChooseAnswer { get; } = Make(
        "\"https://www.w3.org/ns/activitystreams\",{\"omp\":\"https://w3id.org/ontmoetingsplein/ns#\","
        + "\"ChooseAnswer\":\"omp:ChooseAnswer\"}");

    /// <summary>Lock and its Undo.</summary>
    public static RawJson Lock { get; } = Make(
        "\"https://www.w3.org/ns/activitystreams\",{\"lemmy\":\"https://join-lemmy.org/ns#\",\"Lock\":\"lemmy:Lock\"}");

    private static RawJson Make(string members) => RawJson.Of(System.Text.Encoding.UTF8.GetBytes(
        "[" + members.Replace("\n", "", StringComparison.Ordinal) + "]"));
}
