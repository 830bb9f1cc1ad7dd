using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>What the journal says of an activity that a rule of the forum refused.</summary>
internal static class RefusalOutcome
{
    private static readonly Texts Words = Texts.For("en", FormOfAddress.U);

    /// <summary>
    /// That what it is about is not there (any more), or that somebody else was first, is nobody's fault; else the
    /// sender may not.
    /// </summary>
    public static HandlingOutcome ToOutcome(this Refusal refusal) =>
        refusal.Kind is RefusalKind.NotFound or RefusalKind.Gone or RefusalKind.Conflict
            ? HandlingOutcome.Ignored(Words[refusal.TextKey])
            : HandlingOutcome.Refused(Words[refusal.TextKey]);
}
