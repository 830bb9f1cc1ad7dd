using System.Collections.ObjectModel;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>What was decided about other hosts, and the forms to decide.</summary>
/// <param name="Rules">All decisions.</param>
public sealed record HostRulesModel(IReadOnlyList<PeerRule> Rules)
{
    /// <summary>Whether only hosts on the list are dealt with.</summary>
    public bool OnlyListed => Rules.Any(rule => rule is { Subject: PeerRule.Everyone, Verdict: PeerVerdict.Refuse });

    /// <summary>As typed.</summary>
    public string List { get; init; } = "";

    /// <summary>As chosen.</summary>
    public PeerVerdict Verdict { get; init; } = PeerVerdict.Refuse;

    /// <summary>Fields: list.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>What a list of decisions would do, before it does.</summary>
/// <param name="Count">Decisions in the list.</param>
/// <param name="Effects">For each known host that it changes: what there is of it, what holds and what would.</param>
/// <param name="Total">The sum over those that would be refused or hidden.</param>
/// <param name="Unread">Lines that say nothing, as they stand.</param>
/// <param name="List">The list itself, to be sent back.</param>
public sealed record HostRulesPreviewModel(
    int Count, IReadOnlyList<(PeerStake Stake, PeerVerdict Before, PeerVerdict After)> Effects, PeerStake Total,
    IReadOnlyList<string> Unread, string List);
