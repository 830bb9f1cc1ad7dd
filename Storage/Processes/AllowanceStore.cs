namespace Ontmoetingsplein.Storage.Processes;

/// <summary>
/// Counts what may be done only so often, exactly, however many processes count. An allowance comes back evenly over
/// its period (generic cell rate algorithm): one number for each who has used some of it.
/// </summary>
public static class AllowanceStore
{
    private const int SweepSize = 2_000;

    /// <summary>Uses one of an allowance.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Whose; a hash, so that the table tells nothing of people.</param>
    /// <param name="count">How often within the period; at least 1.</param>
    /// <param name="period">The period.</param>
    /// <returns>False when it is used up; then nothing was counted.</returns>
    public static bool Take(Writing writing, string name, int count, TimeSpan period)
    {
        var now = writing.Now.ToUnixTimeMilliseconds();
        return writing.Execute(
            """
            insert into allowances (name, whole_at) values (@name, @first)
            on conflict (name) do update set whole_at =
              case when allowances.whole_at < @now then @first else allowances.whole_at + @step end
            where allowances.whole_at <= @last
            """,
            new
            {
                name,
                now,
                step = Step(count, period),
                first = now + Step(count, period),
                last = now + (long)period.TotalMilliseconds - Step(count, period),
            }) == 1;
    }

    /// <summary>Uses one of an allowance, and tells for how long there is none when it is used up.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Whose; a hash, so that the table tells nothing of people.</param>
    /// <param name="count">How often within the period; at least 1.</param>
    /// <param name="period">The period.</param>
    /// <returns>Null when one was used; else how long it takes until there is one, and nothing was counted.</returns>
    public static TimeSpan? Spend(Writing writing, string name, int count, TimeSpan period)
    {
        if (Take(writing, name, count, period))
        {
            return null;
        }

        var wholeAt = writing.First<long?>("select whole_at from allowances where name = @name", new { name }) ?? 0;
        var wait = wholeAt + Step(count, period) - (long)period.TotalMilliseconds
            - writing.Now.ToUnixTimeMilliseconds();
        return TimeSpan.FromMilliseconds(Math.Max(wait, 1));
    }

    /// <summary>Gives back what was used.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Whose.</param>
    /// <param name="count">As it was used.</param>
    /// <param name="period">As it was used.</param>
    public static void GiveBack(Writing writing, string name, int count, TimeSpan period) => writing.Execute(
        "update allowances set whole_at = whole_at - @step where name = @name",
        new { name, step = Step(count, period) });

    /// <summary>Forgets allowances that are whole again.</summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many; call again, in another change, until it is 0.</returns>
    public static int Sweep(Writing writing) => writing.Execute(
        "delete from allowances where name in"
        + " (select name from allowances where whole_at < @Now order by whole_at limit @SweepSize)",
        new { writing.Now, SweepSize });

    private static long Step(int count, TimeSpan period) => (long)period.TotalMilliseconds / count;
}
