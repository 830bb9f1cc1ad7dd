using System.Globalization;
using System.Security.Cryptography;

namespace Ontmoetingsplein.Storage;

/// <summary>The number of an actor, local or remote: person, organisation, topic or node.</summary>
/// <param name="Value">Time-ordered 64-bit number, see <see cref="IdSource"/>.</param>
public readonly record struct ActorId(long Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a question.</summary>
/// <param name="Value">Time-ordered 64-bit number, see <see cref="IdSource"/>.</param>
public readonly record struct QuestionId(long Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of an answer or comment.</summary>
/// <param name="Value">Time-ordered 64-bit number, see <see cref="IdSource"/>.</param>
public readonly record struct AnswerId(long Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Hands out ids: Unix milliseconds in the upper 48 bits, a tail in the lower 16, so that one number serves the
/// database, the URL and the client API, and newer is larger.
/// </summary>
/// <param name="clock">Tells the time.</param>
public sealed class IdSource(TimeProvider clock)
{
    private readonly Lock gate = new();
    private long last;
    private long lane;
    private int laneBits;

    /// <summary>The next id; always larger than the one before from this source.</summary>
    public long Next()
    {
        var floor = FirstAt(clock.GetUtcNow());
        lock (gate)
        {
            // A random start within the millisecond: a lane may have been another process's a moment ago.
            var from = last >= floor ? last : floor | (uint)RandomNumberGenerator.GetInt32(0x7FFF);
            last = (((from >> laneBits) + 1) << laneBits) | lane;
            return last;
        }
    }

    /// <summary>Keeps processes on one database apart: each hands out only ids that end in its own number.</summary>
    /// <param name="number">The process's number, below 2 to the power of <paramref name="bits"/>.</param>
    /// <param name="bits">How many of the lowest bits hold it.</param>
    internal void UseLane(int number, int bits)
    {
        lock (gate)
        {
            (lane, laneBits) = (number, bits);
        }
    }

    /// <summary>An id that sorts where something of an earlier moment belongs (imports, backfill).</summary>
    /// <param name="moment">The moment.</param>
    public static long At(DateTimeOffset moment)
    {
        // Peers often tell whole seconds only: spread those, so that two of one second do not meet.
        var spread = moment.ToUnixTimeMilliseconds() % 1000 == 0 ? RandomNumberGenerator.GetInt32(1000) : 0;
        return FirstAt(moment.AddMilliseconds(spread)) | (uint)RandomNumberGenerator.GetInt32(0x10000);
    }

    /// <summary>The moment when an id was handed out.</summary>
    /// <param name="id">The id.</param>
    public static DateTimeOffset MomentOf(long id) => DateTimeOffset.FromUnixTimeMilliseconds(id >> 16);

    /// <summary>The smallest id of a moment.</summary>
    /// <param name="moment">The moment.</param>
    public static long FirstAt(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() << 16;
}
