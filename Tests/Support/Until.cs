namespace Ontmoetingsplein.Tests.Support;

/// <summary>Waits for what happens in the background, and fails when it takes too long.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task<T> FoundAsync<T>(Func<Task<T?>> look, string what, TimeSpan? within = null)
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (clock.GetElapsedTime(started) > (within ?? Patience))
                throw new AssertionException($"Not in time: {what}.");
            await Task.Delay(Pause, clock);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> look, string what, TimeSpan? within = null) =>
        FoundAsync(async () => await look() ? "true" : null, what, within);
}
