using System.Diagnostics;
using System.Text;
using CsCheck;
using Ontmoetingsplein.Federation.Discovery;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>
/// CONTRACT.md §7 row 9: whatever the bytes, all three readers give a value or a problem, and soon.
/// </summary>
public sealed class HostileDocumentTests
{
    private static IEnumerable<TestCaseData> Hostile()
    {
        static TestCaseData Case(string name, string json) => Bytes(name, Encoding.UTF8.GetBytes(json));
        static TestCaseData Bytes(string name, byte[] json) => new TestCaseData(json).SetArgDisplayNames(name);
        yield return Case("depth 1000", $$"""{"object":{{new string('[', 1000)}}{{new string(']', 1000)}}}""");
        yield return Case("object depth 1000",
            string.Concat(Enumerable.Repeat("{\"object\":", 1000)) + "1" + new string('}', 1000));
        yield return Case("40 objects in each other",
            string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40));
        yield return Case("a million elements",
            $$"""{"to":[{{string.Join(',', Enumerable.Repeat("1", 1_000_000))}}]}""");
        yield return Case("a hundred thousand keys",
            "{" + string.Join(',', Enumerable.Range(0, 100_000).Select(n => $"\"k{n}\":1")) + "}");
        yield return Case("duplicate top-level key", """{"actor":"https://a.example/","actor":"https://b.example/"}""");
        yield return Case("duplicate key behind an escape",
            """{"actor":"https://a.example/","\u0061ctor":"https://b.example/"}""");
        yield return Case("duplicate unknown nested key", """{"object":{"x":{"y":1,"y":1}}}""");
        yield return Case("number beyond a double", """{"totalItems":1e400}""");
        yield return Case("number of ten thousand digits", $$"""{"x":{{new string('9', 10_000)}}}""");
        yield return Case("escaped NUL", """{"content":"a\u0000b"}""");
        yield return Case("escaped NUL in a key", """{"con\u0000tent":1}""");
        yield return Case("raw NUL", "{\"content\":\"a\0b\"}");
        yield return Case("lone high surrogate", """{"content":"a\ud800"}""");
        yield return Case("lone high surrogate before text", """{"content":"\ud800a\udc00"}""");
        yield return Case("lone high surrogate before an escape", """{"content":"\ud800\n"}""");
        yield return Case("two high surrogates", """{"content":"\ud83d\ud83d\ude00"}""");
        yield return Case("lone low surrogate", """{"content":"\udc00"}""");
        yield return Case("lone surrogate in a key", """{"\udfff":1}""");
        yield return Case("empty", "");
        yield return Case("only spaces", "   ");
        yield return Case("cut off", """{"id":"https://a.example/""");
        yield return Case("two documents", """{"id":"a"}{"id":"b"}""");
        yield return Case("comment", """{"id":"a"/* */}""");
        yield return Case("trailing comma", """{"id":"a",}""");
        yield return Case("NaN", """{"x":NaN}""");
        yield return Case("byte order mark", "\ufeff{}");
        yield return Bytes("invalid UTF-8", [.. "{\"x\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        yield return Bytes("surrogate in UTF-8", [.. "{\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]);
    }

    [TestCaseSource(nameof(Hostile))]
    public void A_hostile_document_is_a_problem_for_every_reader(byte[] document)
    {
        var watch = Stopwatch.StartNew();
        var read = VocabularyReader.Read(document);
        var isEnvelope = ActivityEnvelope.TryRead(document, out _, out var problem);
        var isCanonical = CanonicalJson.TryWrite(document, out _, out var reason);
        Assert.That(read.Problem, Is.Not.Null.And.Not.Empty);
        Assert.That(isEnvelope, Is.False);
        Assert.That(problem, Is.EqualTo(read.Problem));
        Assert.That(isCanonical, Is.False);
        Assert.That(reason, Is.EqualTo(read.Problem));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    [TestCase("[]")]
    [TestCase("[{\"id\":\"a\"}]")]
    [TestCase("\"a\"")]
    [TestCase("7")]
    [TestCase("null")]
    public void A_document_that_is_no_object_is_a_problem(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.That(VocabularyReader.Read(bytes).Problem, Is.EqualTo("The document is not a JSON object."));
        Assert.That(ActivityEnvelope.TryRead(bytes, out _, out _), Is.False);
    }

    [TestCase("""{"content":"\ud83d\ude00\ud83d\ude00\\u0000 \"\\ud800"}""", "😀😀\\u0000 \"\\ud800")]
    [TestCase("""{"content":"\u00e9\n\u20ac"}""", "é\n€")]
    public void Good_escapes_are_read(string json, string expected) =>
        Assert.That(VocabularyReaderTests.Read(json).Content, Is.EqualTo(expected));

    [Test]
    public void A_thousand_distinct_keys_and_equal_keys_in_different_objects_are_fine()
    {
        var keys = string.Join(
            ',', Enumerable.Range(0, 1_000).Select(number => $"\"k{number}\":{{\"k1\":1,\"id\":2}}"));
        Assert.That(VocabularyReaderTests.Read("{" + keys + ",\"id\":\"a\"}").Id, Is.EqualTo("a"));
    }

    [Test]
    public void A_problem_never_quotes_the_document()
    {
        var problem = VocabularyReader.Read("""{"content":"geheim" geheim}"""u8.ToArray()).Problem;
        Assert.That(problem, Does.Not.Contain("geheim").And.Contain("line 1"));
    }

    [TestCase("""{"ab\ude02cdefgh":1,"subject":"acct:a@b.example"}""")]
    [TestCase("""{"links":[{"re\ud800l lang genoeg":"self","href":"https://b.example/u/a"}]}""")]
    public void A_half_character_in_a_name_is_no_trouble(string json) => AllReadersAgree(Encoding.UTF8.GetBytes(json));

    [Test]
    public void Mutated_documents_of_the_corpus_never_throw()
    {
        var files = SharedData.JsonFiles("corpus")
            .Select(File.ReadAllBytes).Where(file => file.Length is > 0 and < 20_000).ToArray();
        Assert.That(files, Has.Length.GreaterThan(500));
        var interesting = Mutation.Interesting;
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 20_000], Gen.Int[0, interesting.Length - 1], Gen.Int[0, 3])
            .Array[1, 4]
            .Sample(
                edits =>
                {
                    var bytes = files[edits[0].Item1];
                    foreach (var (_, at, what, how) in edits)
                        bytes = Mutation.Apply(bytes, at, interesting[what], how);
                    AllReadersAgree(bytes);
                },
                iter: 5_000);
    }

    [Test]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 200].Sample(AllReadersAgree, iter: 2_000);

    private static void AllReadersAgree(byte[] bytes)
    {
        var read = VocabularyReader.Read(bytes);
        var isEnvelope = ActivityEnvelope.TryRead(bytes, out var envelope, out _);
        Assert.That(isEnvelope, Is.EqualTo(read.IsRead));
        if (read.Value is { } value)
            Assert.That(envelope, Is.EqualTo(EnvelopeTests.Of(value)));
        if (CanonicalJson.TryWrite(bytes, out var canonical, out _))
            Assert.That(CanonicalJson.Write(canonical), Is.EqualTo(canonical));
        IntegrityProof.Read(bytes, DateTimeOffset.UnixEpoch);
        ResourceDescriptor.Read(bytes);
    }
}
