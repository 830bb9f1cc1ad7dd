using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>Real documents of other servers (shared/data/corpus): each is read or is a clean problem.</summary>
public sealed class CorpusTests
{
    [Test]
    public void Every_document_is_read_or_is_a_clean_problem()
    {
        int mapped = 0, untyped = 0;
        var problems = new List<string>();
        var root = SharedData.Path("corpus");
        foreach (var file in SharedData.JsonFiles("corpus"))
        {
            var bytes = File.ReadAllBytes(file);
            var result = VocabularyReader.Read(bytes);
            var isEnvelope = ActivityEnvelope.TryRead(bytes, out var envelope, out var problem);
            Assert.That(isEnvelope, Is.EqualTo(result.IsRead), file);
            if (result.Value is not { } value)
            {
                Assert.That(problem, Is.EqualTo(result.Problem), file);
                problems.Add($"{Path.GetRelativePath(root, file)}: {result.Problem}");
                continue;
            }
            Assert.That(envelope, Is.EqualTo(EnvelopeTests.Of(value)), file);
            Assert.That(CanonicalJson.TryWrite(bytes, out _, out _), Is.True, file);
            if (value.Type is null)
                untyped++;
            else
                mapped++;
        }
        TestContext.Out.WriteLine($"{mapped} mapped, {untyped} without type, {problems.Count} problems");
        problems.ForEach(TestContext.Out.WriteLine);
        Assert.That(mapped, Is.GreaterThan(500));
        // Only lists (JSON-LD vocabularies) and the bare values of w3c-as2/fail are refused.
        Assert.That(problems, Has.All.EndsWith(": The document is not a JSON object."));
    }

    [Test]
    public void Activities_of_other_servers_have_an_actor_and_an_object()
    {
        var files = SharedData.JsonFiles("corpus", "lemmy")
            .Where(file => file.Contains("/activities/", StringComparison.Ordinal)).ToList();
        Assert.That(files, Has.Count.GreaterThan(40));
        foreach (var file in files)
        {
            var value = VocabularyReader.Read(File.ReadAllBytes(file)).Value;
            Assert.That(value, Is.Not.Null, file);
            Assert.That(value!.Type, Is.Not.Null, file);
            // Mastodon's private message is filed with the activities but is the bare Note.
            if (value.Type == "Note")
                continue;
            Assert.That(value.Id, Does.StartWith("http"), file);
            Assert.That(value.ActorId, Does.StartWith("http"), file);
            Assert.That(value.Object, Is.Not.Empty, file);
        }
    }
}
