using System.Text;
using System.Text.Json;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>Texts that were made to be dear to read: many pieces, in each other, changed at random.</summary>
public static class HostileTexts
{
    /// <summary>What a text passes for.</summary>
    public enum Kind
    {
        /// <summary>An activity with a question, in JSON.</summary>
        Document,

        /// <summary>HTML of a peer.</summary>
        Html,

        /// <summary>Markdown that was typed.</summary>
        Markdown,
    }

    private const int LongestHtml = 70_000;
    private const int LongestMarkdown = 10_000;

    private static readonly string[] Html =
    [
        "<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<i id=1>", "<b class=x>", "</i>", "<a href=\"/x\">", "</a>",
        "<a href=https://a.example/?b=c&d>", "<ul>", "<li>", "</ul>", "<ol start=2>", "<blockquote>", "</blockquote>",
        "<table>", "<tr>", "<td>", "</table>", "<br>", "<hr>", "<pre>", "</pre>", "<code>", "<span lang=nl>",
        "</span>", "<svg>", "<math>", "<mi>", "<template>", "<noscript>", "<form>", "<select>", "<option>", "<script>",
        "</script>", "<style>a{b:c}</style>", "<!--", "-->", "<!", "<?", "</", "<", ">", "&amp;", "&#x301;", "&#0;",
        "&nbsp;", "&", "<h1>", "<h3>", "<p a=1 b=2 c=3 d=4>", "<p style=\"a:b;c:d\">", "\"", "'", "=", "x", "woord ",
        "\n", "\u0301", "\u0316", "\u200B", "\u202E", "<textarea>", "<title>", "<plaintext>", "<xmp>", "<object>",
        "<frameset>", "<body x=y>", "<html>", "<image>", "<button>", "<nobr>", "<font color=a>", "<font color=b>",
    ];

    private static readonly string[] Markdown =
    [
        "[", "]", "(", ")", "> ", ">", "- ", "* ", "+ ", "1. ", "  ", "\t", "*", "**", "_", "__", "~~", "`", "``",
        "```\n", "~~~\n", "|", "|-", "a", "b ", "woord ", "\n", "\n\n", "![", "](", "](b)", "[a]: b\n", "[a]", "<",
        "<a ", "<b>", "<!--", "http://a.nl ", "www.a.nl", "a@b.nl", "&amp;", "\\", "# ", "===\n", "---\n", ":", "\"",
        "\u0301", "\u200B", "*a_", "**a *b ", "[a](", "mailto:",
    ];

    /// <summary>Makes one.</summary>
    public static string Make(Kind kind, Random random)
    {
        var text = kind switch
        {
            Kind.Html => Pieces(Html, LongestHtml, random),
            Kind.Markdown => Pieces(Markdown, LongestMarkdown, random),
            _ => Document(random),
        };
        return random.Next(3) == 0 && kind != Kind.Document ? text : Changed(text, random);
    }

    private static string Changed(string text, Random random) =>
        Encoding.UTF8.GetString(Mutation.Apply(Encoding.UTF8.GetBytes(text), random));

    private static string Document(Random random)
    {
        var content = Pieces(Html, random.Next(4) == 0 ? LongestHtml : 2_000, random);
        var deep = random.Next(1, 80);
        var extra = random.Next(4) switch
        {
            0 => string.Concat(Enumerable.Repeat("[", deep)) + string.Concat(Enumerable.Repeat("]", deep)),
            1 => string.Concat(Enumerable.Repeat("{\"object\":", deep)) + "1" + new string('}', deep),
            2 => "[" + string.Join(',', Enumerable.Range(0, random.Next(40_000))) + "]",
            _ => "null",
        };
        return $$$"""
            {"@context":"https://www.w3.org/ns/activitystreams","id":"https://a.example/1","type":"Create",
            "actor":"https://a.example/bram","object":{"id":"https://a.example/2","type":"Note","tag":{{{extra}}},
            "attributedTo":"https://a.example/bram","name":{{{JsonSerializer.Serialize(Pieces(Html, 400, random))}}},
            "content":{{{JsonSerializer.Serialize(content)}}},"to":["https://www.w3.org/ns/activitystreams#Public"],
            "source":{"mediaType":"text/markdown","content":"x"},"published":"2026-03-02T10:15:00Z"}}
            """;
    }

    private static string Pieces(string[] known, int longest, Random random)
    {
        var text = new StringBuilder();
        var length = Math.Exp(random.NextDouble() * Math.Log(longest));
        for (var parts = random.Next(1, 6); parts > 0; parts--)
        {
            var chosen = Enumerable.Range(0, random.Next(1, 5)).Select(_ => known[random.Next(known.Length)]).ToArray();
            var from = text.Length;
            while (text.Length < longest && text.Length - from < length)
            {
                foreach (var piece in chosen)
                {
                    text.Append(piece);
                }
            }
        }

        return text.Length > longest ? text.ToString(0, longest) : text.ToString();
    }
}
