using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Verbs;

/// <summary>What somebody does that others see or are told of.</summary>
internal enum Act
{
    /// <summary>Asks a question.</summary>
    Ask,

    /// <summary>Answers or comments.</summary>
    Reply,

    /// <summary>Reports something.</summary>
    Report,

    /// <summary>Presses a button: wants to know too, finds helpful, accepts, follows.</summary>
    Mark,

    /// <summary>Changes what stands there.</summary>
    Edit,

    /// <summary>Changes how they are shown, or moves.</summary>
    Profile,

    /// <summary>Has another server asked for somebody or something.</summary>
    LookUp,

    /// <summary>Decides about a thread, as its moderator.</summary>
    Decide,
}

/// <summary>
/// How much one person, and one network, may do in a while, whatever the door. It is a rule of the verbs: they take
/// from it in the change itself, so that it holds exactly for all processes, and what is undone is not counted.
/// </summary>
internal sealed class Allowances(Database database, ServerOptions options)
{
    /// <summary>How long an account is new: it may do less, and all new ones of a network share.</summary>
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(3);

    // One home, school or library makes a few accounts a day. Who is no newcomer is not to suffer from those who are,
    // so what they share is so wide that only many together come near it.
    private const int NewcomersOfNetwork = 8;
    private const int OthersOfNetwork = 30;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Uses one of what a caller may do.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="act">What is done.</param>
    /// <param name="caller">Who; the command line and the node itself are free.</param>
    /// <returns>Null, or when to come back; then nothing was counted.</returns>
    public Refusal? Take(Writing writing, Act act, Caller caller)
    {
        if (caller.Account is not { } account || account.ActorId.Value == 0)
        {
            return null;
        }

        var isNew = writing.Now - account.CreatedAt < NewFor;
        var isStaff = caller.IsModerator || caller.Organisations.Count > 0;
        var limits = Of(act);
        var own = (isStaff ? limits.Staff : isNew ? limits.New : limits.Member).Times(options.PostingFactor);
        var name = $"{act} by {account.ActorId}";
        if (own.Spend(writing, name) is { } wait)
        {
            return Refused(wait);
        }

        // Town halls are one network too.
        if (isStaff || caller.Network is not { } network)
        {
            return null;
        }

        var shared = isNew
            ? limits.New.Times(NewcomersOfNetwork * options.PostingFactor)
            : limits.Member.Times(OthersOfNetwork * options.PostingFactor);
        if (shared.Spend(writing, $"{act} {(isNew ? "new " : "")}at {network}") is not { } crowded)
        {
            return null;
        }

        own.GiveBack(writing, name);
        return Refused(crowded);
    }

    /// <summary>The same, for what is no change here: asking another server.</summary>
    public Task<Refusal?> TakeAsync(Act act, Caller caller, CancellationToken cancellationToken) =>
        database.WriteAsync(writing => Take(writing, act, caller), cancellationToken);

    private static Refusal Refused(TimeSpan wait) => Refusal.TooMany("posting.tooMany", wait);

    // A few at once, and then one now and then: four questions in a row are no flood, forty a day are.
    private static Limits Of(Act act) => act switch
    {
        Act.Ask => new(new(5, Hour * 6), new(10, Hour * 3), new(60, Hour)),
        Act.Reply => new(new(15, Hour * 3), new(40, Hour * 2), new(200, Hour)),
        Act.Report => new(new(10, Hour * 3), new(20, Hour * 2), new(200, Hour)),
        Act.Mark => new(new(60, Hour), new(120, Hour), new(600, Hour)),
        Act.Edit => new(new(20, Hour * 2), new(60, Hour * 2), new(300, Hour)),
        Act.Profile => new(new(10, Hour * 2), new(20, Hour * 2), new(60, Hour)),
        Act.LookUp => new(new(10, Hour), new(20, Hour), new(200, Hour)),
        _ => new(new(300, Hour), new(300, Hour), new(300, Hour)),
    };

    private sealed record Limits(Limit New, Limit Member, Limit Staff);
}
