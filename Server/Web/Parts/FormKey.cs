using System.Buffers.Text;
using System.Security.Cryptography;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>
/// What tells one form that was shown from all others, so that it makes one post however often it is sent.
/// </summary>
internal static class FormKey
{
    /// <summary>Name of the hidden field that holds it.</summary>
    public const string Field = "__Formulier";

    /// <summary>One for a form that is about to be shown.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
