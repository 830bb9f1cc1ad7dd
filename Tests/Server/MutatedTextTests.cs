using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Texts that were made to be dear to read, and changed at random: no exception, and nothing active or deep is left.
/// How much processor they cost is measured apart: <c>dotnet run -c Release --project Tests/Benchmarks -- texts</c>.
/// </summary>
public sealed class MutatedTextTests
{
    private const string Place = "https://a.example/2";

    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "p", "br", "a", "strong", "b", "em", "i", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4",
        "hr", "table", "thead", "tbody", "tr", "th", "td", "span",
    };

    [TestCase(HostileTexts.Kind.Html)]
    [TestCase(HostileTexts.Kind.Markdown)]
    public void Nothing_active_and_nothing_deep_is_left_of_any_text(HostileTexts.Kind kind)
    {
        var random = new Random(20_261_130);
        for (var n = 0; n < 150; n++)
        {
            var text = HostileTexts.Make(kind, random);
            var html = kind == HostileTexts.Kind.Html
                ? SafeHtml.FromPeer(text, Place)
                : SafeHtml.FromMarkdown(text, Place);
            var page = new HtmlParser().ParseDocument(html);
            foreach (var element in page.Body!.QuerySelectorAll("*"))
            {
                var names = element.Attributes.Select(attribute => attribute.Name)
                    .Except(["href", "rel", "lang", "start"]);
                if (!Shown.Contains(element.LocalName) || names.Any() || element.Ancestors().Count() > 60
                    || (element.GetAttribute("href") is { } link
                        && !link.StartsWith("http", StringComparison.Ordinal)
                        && !link.StartsWith("mailto:", StringComparison.Ordinal)))
                {
                    Assert.Fail($"{element.LocalName} of {text}");
                }
            }
        }
    }

    [Test]
    public void A_document_is_read_or_refused()
    {
        var random = new Random(20_261_130);
        for (var n = 0; n < 150; n++)
        {
            var text = HostileTexts.Make(HostileTexts.Kind.Document, random);
            var read = VocabularyReader.Read(Encoding.UTF8.GetBytes(text));
            foreach (var thing in read.Value?.Object ?? [])
            {
                Assert.DoesNotThrow(() => RemotePost.ReadQuestion(thing, "nl", default), text);
                Assert.DoesNotThrow(() => RemotePost.ReadAnswer(thing, "nl", default), text);
            }
        }
    }
}
