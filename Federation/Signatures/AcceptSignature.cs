namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// What is said to whose signature was refused: which components we want (<c>Accept-Signature</c>, RFC 9421 §5.1).
/// </summary>
public static class AcceptSignature
{
    private const string WithBody = "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created";
    private const string WithoutBody = "sig1=(\"@method\" \"@target-uri\");created";

    /// <summary>The value of the field.</summary>
    /// <param name="method">The method of the request that was refused, upper case.</param>
    public static string For(string method) => HasBody(method) ? WithBody : WithoutBody;

    internal static bool HasBody(string method) => method is not ("GET" or "HEAD");
}
