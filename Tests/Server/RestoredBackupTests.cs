using Microsoft.Data.Sqlite;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What was deleted stays deleted when a backup of before is put back (deploy/README.md "Restore").</summary>
public class RestoredBackupTests
{
    [Test]
    public async Task A_restored_backup_brings_nothing_back_that_was_deleted_and_takes_nothing_else_away()
    {
        var restored = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var port = Plein.FreePort();
            var made = Directory.CreateTempSubdirectory("plein-test-");
            await Plein.PrepareAsync(TestKeys.Node, ["afval"], made, port);
            string gone, answer, remote, stays;
            await using (var plein = await Plein.ResumeAsync(made, port))
            {
                await using var peer = await ScriptedPeer.StartAsync(plein);
                var wim = peer.Person("wim");
                var anna = await plein.PersonAsync("Anna");
                var topic = await plein.TopicAsync("afval");
                async Task<Question> AskAsync(string title) => (await plein.Get<AskQuestion>().ExecuteAsync(
                    new AskQuestion.Form(title, "", topic.Id), anna, default)).Value!;

                var kept = await AskAsync("Deze vraag blijft?");
                var first = await AskAsync("Deze vraag gaat weg?");
                var given = (await plein.Get<GiveAnswer>().ExecuteAsync(
                    new GiveAnswer.Form(kept.Id, "Dit antwoord gaat weg."), anna, default)).Value!;
                var note = peer.Note(wim, "<p>Dit bericht gaat weg</p>", inReplyTo: kept.Uri);
                await peer.TellAsync(wim, peer.Activity("Create", wim, note));
                (gone, answer, remote, stays) = (first.Uri, given.Uri, (string)note["id"]!, kept.Uri);
                await BackUpAsync(plein, restored);

                await plein.Get<ReviseQuestion>().DeleteAsync(first.Id, anna, default);
                await plein.Get<ReviseAnswer>().DeleteAsync(given.Id, anna, default);
                Assert.That(
                    (await peer.TellAsync(wim, peer.Activity("Delete", wim, remote))).State,
                    Is.EqualTo(InboxState.Done));
                // The outcome can be read before the ledger's own file is written: the next change comes after both.
                await plein.Get<Ontmoetingsplein.Storage.Database>().WriteAsync(_ => { });
                var ledger = Path.ChangeExtension(plein.DatabaseFile, ".deletions.db");
                File.Copy(ledger, Path.Combine(restored.FullName, Path.GetFileName(ledger)));
            }

            Assert.That(Texts(restored, "select title from questions"), Does.Contain("Deze vraag gaat weg?"));
            await using var again = await Plein.ResumeAsync(restored, port);
            foreach (var uri in new[] { gone, answer })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                request.Headers.Add("Accept", "application/activity+json");
                using var response = await again.Http.SendAsync(request);
                Assert.That((int)response.StatusCode, Is.EqualTo(410), uri);
            }

            using var page = await again.Http.GetAsync(stays);
            Assert.That(page.IsSuccessStatusCode || (int)page.StatusCode is 302 or 303, Is.True, $"{page.StatusCode}");
            Assert.That(
                again.Texts("select uri from tombstones order by uri"),
                Is.EqualTo(new[] { gone, answer, remote }.Order(StringComparer.Ordinal)));
            Assert.That(
                again.Texts("select title || body_html from questions union all select body_html from answers"),
                Has.None.Contains("gaat weg"));
            Assert.That(again.Texts("select title from questions"), Does.Contain("Deze vraag blijft?"));
            Assert.That(again.Bodies(), Has.None.Contains("gaat weg"));
        }
        finally
        {
            if (restored.Exists)
                restored.Delete(recursive: true);
        }
    }

    private static List<string> Texts(DirectoryInfo folder, string sql) =>
        Plein.Rows(folder, sql, row => row.GetString(0));

    private static async Task BackUpAsync(Plein plein, DirectoryInfo to)
    {
        await using (var connection = new SqliteConnection($"Data Source={plein.DatabaseFile};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "vacuum into $to";
            command.Parameters.AddWithValue("$to", Path.Combine(to.FullName, "plein.db"));
            await command.ExecuteNonQueryAsync();
        }

        var key = Path.Combine(Path.GetDirectoryName(plein.DatabaseFile)!, "node.key");
        File.Copy(key, Path.Combine(to.FullName, "node.key"));
    }
}
