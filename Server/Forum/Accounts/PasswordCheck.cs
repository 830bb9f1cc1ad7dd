namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>
/// Runs Argon2id away from the threads that serve requests, two at a time: it costs 19 MiB and some 20 ms on purpose.
/// </summary>
internal sealed class PasswordCheck : IDisposable
{
    private const int AtOnce = 2;
    private readonly SemaphoreSlim places = new(AtOnce);

    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancellationToken) =>
        RunAsync(() => Passwords.Verify(password, hash), cancellationToken);

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => Passwords.Hash(password), cancellationToken);

    public void Dispose() => places.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(
                work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            places.Release();
        }
    }
}
