using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public sealed class CanonicalJsonTests
{
    [TestCase("arrays")]
    [TestCase("french")]
    [TestCase("structures")]
    [TestCase("unicode")]
    [TestCase("values")]
    [TestCase("weird")]
    public void The_published_documents_come_out_to_the_byte(string name)
    {
        var input = SharedData.Read("corpus", "jcs-vectors", "input", name + ".json");
        var hex = Encoding.ASCII.GetString(SharedData.Read("corpus", "jcs-vectors", "outhex", name + ".txt"));
        var expected = Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
        Assert.That(CanonicalJson.Write(input), Is.EqualTo(expected));
        Assert.That(SharedData.Read("corpus", "jcs-vectors", "output", name + ".json"), Is.EqualTo(expected));
    }

    // RFC 8785, appendix B.
    [TestCase("0000000000000000", "0")]
    [TestCase("8000000000000000", "0")]
    [TestCase("0000000000000001", "5e-324")]
    [TestCase("8000000000000001", "-5e-324")]
    [TestCase("7fefffffffffffff", "1.7976931348623157e+308")]
    [TestCase("ffefffffffffffff", "-1.7976931348623157e+308")]
    [TestCase("4340000000000000", "9007199254740992")]
    [TestCase("c340000000000000", "-9007199254740992")]
    [TestCase("4430000000000000", "295147905179352830000")]
    [TestCase("44b52d02c7e14af5", "9.999999999999997e+22")]
    [TestCase("44b52d02c7e14af6", "1e+23")]
    [TestCase("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [TestCase("444b1ae4d6e2ef4e", "999999999999999700000")]
    [TestCase("444b1ae4d6e2ef4f", "999999999999999900000")]
    [TestCase("444b1ae4d6e2ef50", "1e+21")]
    [TestCase("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [TestCase("3eb0c6f7a0b5ed8d", "0.000001")]
    [TestCase("41b3de4355555553", "333333333.3333332")]
    [TestCase("41b3de4355555554", "333333333.33333325")]
    [TestCase("41b3de4355555555", "333333333.3333333")]
    [TestCase("41b3de4355555556", "333333333.3333334")]
    [TestCase("41b3de4355555557", "333333333.33333343")]
    [TestCase("becbf647612f3696", "-0.0000033333333333333333")]
    [TestCase("43143ff3c1cb0959", "1424953923781206.2")]
    public void Numbers_are_written_as_ECMAScript_does(string bits, string expected)
    {
        var number = BitConverter.Int64BitsToDouble(
            long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        var json = number.ToString("E17", CultureInfo.InvariantCulture);
        Assert.That(Canonical($"[{json}]"), Is.EqualTo($"[{expected}]"));
        Assert.That(Canonical($"[{expected}]"), Is.EqualTo($"[{expected}]"));
    }

    [TestCase("[1E21,-0,0.0,1.0,100,0.1e1,1e-7,123456789012345678]", "[1e+21,0,0,1,100,1,1e-7,123456789012345680]")]
    [TestCase("""{"b":1,"a":{"d":[{"z":0,"y":0}],"c":null}}""", """{"a":{"c":null,"d":[{"y":0,"z":0}]},"b":1}""")]
    [TestCase("""{"ﬁ":1,"😀":2,"e":3,"\u20ac":4}""", """{"e":3,"€":4,"😀":2,"ﬁ":1}""")]
    [TestCase(""" ["\u0007\b\t\n\f\r\"\\\/\u003c\u00e9\u007f"] """, "[\"\\u0007\\b\\t\\n\\f\\r\\\"\\\\/<é\u007f\"]")]
    [TestCase("{}", "{}")]
    [TestCase("\"a\"", "\"a\"")]
    [TestCase(" true ", "true")]
    public void There_is_one_spelling(string json, string expected) =>
        Assert.That(Canonical(json), Is.EqualTo(expected));

    [Test]
    public void Only_outermost_members_are_left_out()
    {
        const string json = """{"proof":{"a":[1]},"object":{"proof":1},"signature":2,"id":"x"}""";
        Assert.That(Canonical(json, "proof", "signature"), Is.EqualTo("""{"id":"x","object":{"proof":1}}"""));
    }

    [Test]
    public void Elements_and_bytes_come_out_alike()
    {
        using var document = JsonDocument.Parse("""{"x":{"b":1.50,"a":"\u00e9"}}""");
        var read = CanonicalJson.TryWrite(document.RootElement.GetProperty("x"), out var canonical, out _);
        Assert.That(read, Is.True);
        Assert.That(Encoding.UTF8.GetString(canonical!), Is.EqualTo("""{"a":"é","b":1.5}"""));
    }

    [Test]
    public void Names_are_ordered_as_UTF16_orders_them()
    {
        var codePoint = Gen.OneOf(
            Gen.Int['a', 'c'], Gen.Int[0x80, 0xD7FF], Gen.Int[0xE000, 0xFFFF], Gen.Int[0x10000, 0x10FFFF]);
        var name = codePoint.Select(char.ConvertFromUtf32).Array[0, 4].Select(parts => string.Concat(parts));
        Gen.Select(name, name, name).Sample(
            (start, left, right) =>
            {
                var (a, b) = (start + left, start + right);
                var order = CanonicalOrder.Compare(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
                return Math.Sign(order) == Math.Sign(string.CompareOrdinal(a, b));
            },
            iter: 5_000);
    }

    [Test]
    public void Every_double_reads_back_as_itself() => Gen.Double.Where(double.IsFinite).Sample(
        number => double.Parse(CanonicalNumber.Format(number), CultureInfo.InvariantCulture) == number, iter: 5_000);

    private static string Canonical(string json, params string[] without) =>
        Encoding.UTF8.GetString(CanonicalJson.Write(Encoding.UTF8.GetBytes(json), without));
}
