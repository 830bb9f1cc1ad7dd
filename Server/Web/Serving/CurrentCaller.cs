using Ontmoetingsplein.Forum;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>Who the request at hand is from: so that an endpoint can take a <see cref="Caller"/>.</summary>
internal sealed class CurrentCaller
{
    public Caller Caller { get; set; } = Caller.Visitor;
}
