namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>What came of asking another server for a document.</summary>
public abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>
    /// It came of a limit of ours and says nothing of the document: it is not remembered, nor the answer of others.
    /// </summary>
    internal bool IsOurLimit { get; init; }

    /// <summary>Here it is.</summary>
    /// <param name="Bytes">The body after decompression, at most <see cref="FederationOptions.MaxBodyBytes"/>.</param>
    /// <param name="Url">Where it was served, canonical; for ActivityStreams equal to its id, without fragment.</param>
    /// <param name="ETag">For a later conditional request; as sent, quotes included.</param>
    public sealed record Found(ReadOnlyMemory<byte> Bytes, Uri Url, string? ETag) : FetchResult;

    /// <summary>304: unchanged since the ETag.</summary>
    public sealed record NotModified : FetchResult;

    /// <summary>410: deleted.</summary>
    public sealed record Gone : FetchResult;

    /// <summary>404.</summary>
    public sealed record NotFound : FetchResult;

    /// <summary>It breaks a rule or we may not have it; asking again will not help.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record Refused(string Reason) : FetchResult;

    /// <summary>No answer, or one that says to come back later (429, 5xx).</summary>
    /// <param name="Reason">One line.</param>
    public sealed record Unreachable(string Reason) : FetchResult
    {
        /// <summary>It was not even asked, for too much was asked of it already: that says nothing about it.</summary>
        public bool NotAsked { get; init; }
    }
}
