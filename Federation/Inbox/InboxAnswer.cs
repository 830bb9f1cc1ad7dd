namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>What to answer to a POST to an inbox (CONTRACT.md §6 "Responses").</summary>
/// <param name="Status">202, 400, 401, 403, 413, 415, 429 or 503.</param>
/// <param name="Title">For a problem document (RFC 9457): short, the same for the same status.</param>
/// <param name="Detail">For a problem document: one line; nothing secret, nothing of the body.</param>
/// <param name="RetryAfter">With 429 and 503: when to come back.</param>
public readonly record struct InboxAnswer(int Status, string? Title, string? Detail, TimeSpan? RetryAfter)
{
    /// <summary>202: kept, or of no consequence.</summary>
    public static InboxAnswer Accepted { get; } = new(202, null, null, null);

    internal static InboxAnswer Problem(int status, string detail, TimeSpan? retryAfter = null) =>
        new(status, TitleOf(status), detail, retryAfter);

    private static string TitleOf(int status) => status switch
    {
        400 => "Malformed activity",
        401 => "Signature refused",
        403 => "Forbidden",
        413 => "Activity too large",
        415 => "Unsupported media type",
        503 => "Come back later",
        _ => "Too many requests",
    };
}
