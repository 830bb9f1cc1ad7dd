using System.Text;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Tests.Federation;

public sealed class EnvelopeTests
{
    [Test]
    public void An_envelope_holds_what_is_needed_before_the_signature()
    {
        var read = ActivityEnvelope.TryRead("""
            {"@context":"x","object":{"attributedTo":["https://a.example/p"],"content":"x","id":"https://a.example/n",
             "type":["Note","X"]},"type":"Create","actor":{"id":"https://a.example/p"},"id":"https://a.example/c"}
            """u8, out var envelope, out var problem);
        Assert.That(read, Is.True);
        Assert.That(problem, Is.Null);
        Assert.That(envelope, Is.EqualTo(new ActivityEnvelope
        {
            Id = "https://a.example/c",
            Type = "Create",
            ActorId = "https://a.example/p",
            ObjectId = "https://a.example/n",
            ObjectType = "Note",
            ObjectAttributedToId = "https://a.example/p",
        }));
    }

    [TestCase("""{"actor":["a","b"],"object":["c",{"id":"d"}]}""")]
    [TestCase("""{"actor":[null,"a"],"object":[1,{"id":"d","attributedTo":[{"id":"e"},null]}]}""")]
    [TestCase("""{"actor":{"type":"Link","href":["h"]},"object":{"href":"h","type":[],"attributedTo":["a","b"]}}""")]
    [TestCase("""{"id":["a"],"type":[["b"],"c","d"],"actor":"","object":{"object":{"id":"x"}}}""")]
    [TestCase("""{"actor":{"actor":"a","id":null,"href":{"@value":"v"}},"object":true}""")]
    public void An_envelope_says_the_same_as_the_reader(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.That(ActivityEnvelope.TryRead(bytes, out var envelope, out _), Is.True);
        Assert.That(envelope, Is.EqualTo(Of(VocabularyReader.Read(bytes).Value!)));
    }

    /// <summary>The envelope of what the reader read.</summary>
    internal static ActivityEnvelope Of(AsObject activity)
    {
        var only = activity.Object is [var single] ? single : null;
        return new ActivityEnvelope
        {
            Id = activity.Id,
            Type = activity.Type,
            ActorId = activity.ActorId,
            ObjectId = activity.ObjectId,
            ObjectType = only?.Type,
            ObjectAttributedToId = only?.AttributedToId,
        };
    }
}
