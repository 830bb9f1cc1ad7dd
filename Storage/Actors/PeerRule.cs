namespace Ontmoetingsplein.Storage.Actors;

/// <summary>What this node wants with a host elsewhere.</summary>
public enum PeerVerdict
{
    /// <summary>As with anybody; also an exception to a wider rule.</summary>
    Allow = 0,

    /// <summary>Exchanges go on, but nothing that it writes is shown, passed on or told to anybody.</summary>
    Hide = 1,

    /// <summary>Nothing is taken from it and nothing sent to it; what there is of it is not shown.</summary>
    Refuse = 2,
}

/// <summary>A decision about a host elsewhere.</summary>
public sealed record PeerRule
{
    /// <summary>The subject that stands for all of whom nothing else is said (allow-list mode).</summary>
    public const string Everyone = "*";

    /// <summary>A host in canonical form, which stands for all below it too; or "*".</summary>
    public required string Subject { get; init; }

    /// <summary>What was decided.</summary>
    public required PeerVerdict Verdict { get; init; }

    /// <summary>Why, for administrators; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The subjects that a rule about a host can have, the most specific first.</summary>
    /// <param name="host">Authority in canonical form.</param>
    public static IReadOnlyList<string> SubjectsOf(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        List<string> subjects = [host];
        // A port makes another authority, but not another owner.
        var colon = host.LastIndexOf(':');
        var name = colon > 0 && !host.EndsWith(']') ? host[..colon] : host;
        if (name != host)
        {
            subjects.Add(name);
        }

        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0;
            dot = name.IndexOf('.', StringComparison.Ordinal))
        {
            name = name[(dot + 1)..];
            subjects.Add(name);
        }

        subjects.Add(Everyone);
        return subjects;
    }

    /// <summary>The verdict on a host among some rules: that of the most specific one.</summary>
    /// <param name="rules">By subject.</param>
    /// <param name="host">Authority in canonical form.</param>
    public static PeerVerdict Judge(IReadOnlyDictionary<string, PeerRule> rules, string host)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var subject in SubjectsOf(host))
        {
            if (rules.TryGetValue(subject, out var rule))
            {
                return rule.Verdict;
            }
        }

        return PeerVerdict.Allow;
    }
}

/// <summary>What there is here of a host: what a rule against it would cut off or hide.</summary>
/// <param name="Host">Authority in canonical form.</param>
/// <param name="Followers">Its actors that follow somebody here.</param>
/// <param name="Follows">Its actors that are followed from here.</param>
/// <param name="Questions">Questions that its actors asked.</param>
/// <param name="Answers">Answers and comments of its actors.</param>
/// <param name="Waiting">Deliveries that wait for it.</param>
public sealed record PeerStake(
    string Host, long Followers, long Follows, long Questions, long Answers, long Waiting);
