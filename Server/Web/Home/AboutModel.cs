using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Home;

/// <summary>The page about this plein.</summary>
/// <param name="Version">Version of the running software.</param>
/// <param name="ConnectedPleinen">Pleinen whose topics are shown here, or the other way round.</param>
public sealed record AboutModel(string Version, IReadOnlyList<LinkItem> ConnectedPleinen);

/// <summary>A page whose words are all our own.</summary>
public sealed record TextModel
{
    public static readonly TextModel Instance = new();
}
