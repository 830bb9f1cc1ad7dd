using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class LogCopierTests
{
    private const int Page = 8_192;

    [Test]
    public async Task A_log_that_the_writer_would_leave_as_it_is_is_copied_into_the_database_meanwhile()
    {
        await using var place = await TestDatabase.CreateAsync(TestEngine.Sqlite);
        await using var database = await place.OpenAsync();
        var file = new FileInfo(place.File);
        // More than the copier waits for, less than the writer does.
        for (var written = 0; written < 2_500 * Page; written += 500_000)
        {
            await database.WriteAsync(w => SettingStore.Set(w, $"{written}", new string('x', 500_000)));
        }

        await Until.TrueAsync(
            () =>
            {
                file.Refresh();
                return Task.FromResult(file.Length > 1_900 * Page);
            }, "the database holds what was in its log");
        Assert.That(await new SettingStore(database).ListAsync(), Has.Count.EqualTo(41));
    }
}
