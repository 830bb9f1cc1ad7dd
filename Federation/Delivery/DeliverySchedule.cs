namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>When to try again, and when to give up (CONTRACT.md §6 "Backoff" and "Dead host"). Pure.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1),
        TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <summary>How long one activity is tried while its host answers.</summary>
    public static TimeSpan ActivityLife { get; } = TimeSpan.FromDays(7);

    /// <summary>After this time of failures a host is parked: probed once a day.</summary>
    public static TimeSpan ParkedAfter { get; } = TimeSpan.FromDays(7);

    /// <summary>After this time of failures what waits for a host is dropped.</summary>
    public static TimeSpan DroppedAfter { get; } = TimeSpan.FromDays(30);

    /// <summary>The wait after a failure of one activity at a host that answers.</summary>
    /// <param name="failures">Failures so far, this one included; at least 1.</param>
    /// <param name="age">Time since its publication.</param>
    /// <param name="jitter">From -1 to 1: moves the wait by up to a fifth.</param>
    /// <param name="retryAfter">What the host asked for; at most a day counts.</param>
    /// <returns>Null: give up.</returns>
    public static TimeSpan? ForActivity(int failures, TimeSpan age, double jitter, TimeSpan? retryAfter) =>
        age >= ActivityLife ? null : Wait(failures, jitter, retryAfter);

    /// <summary>The wait after a failure to reach a host.</summary>
    /// <param name="failures">Failures so far, this one included; at least 1.</param>
    /// <param name="failingFor">Time since the first of them.</param>
    /// <param name="jitter">From -1 to 1: moves the wait by up to a fifth.</param>
    /// <param name="retryAfter">What the host asked for; at most a day counts.</param>
    /// <returns>Null: drop what waits for it.</returns>
    public static TimeSpan? ForHost(int failures, TimeSpan failingFor, double jitter, TimeSpan? retryAfter)
    {
        if (failingFor >= DroppedAfter)
            return null;
        return failingFor >= ParkedAfter ? Wait(int.MaxValue, jitter, null) : Wait(failures, jitter, retryAfter);
    }

    /// <summary>The wait of an activity whose sender a host does not believe: its steps are used up.</summary>
    /// <param name="age">Time since its publication.</param>
    /// <param name="jitter">From -1 to 1: moves the wait by up to a fifth.</param>
    /// <returns>Null: give up.</returns>
    public static TimeSpan? ForDisbelieved(TimeSpan age, double jitter) =>
        age >= ActivityLife ? null : Wait(int.MaxValue, jitter, null);

    private static TimeSpan Wait(int failures, double jitter, TimeSpan? retryAfter)
    {
        var delay = failures <= Delays.Length ? Delays[Math.Max(failures, 1) - 1] : Day;
        delay *= 1 + (0.2 * Math.Clamp(jitter, -1, 1));
        var asked = retryAfter > Day ? Day : retryAfter ?? TimeSpan.Zero;
        return asked > delay ? asked : delay;
    }
}
