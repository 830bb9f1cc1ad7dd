using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>Base of all components: words, frame, icons and times within reach.</summary>
public abstract class View : ComponentBase
{
    [CascadingParameter]
    public PageContext Context { get; set; } = null!;

    protected Texts T => Context.Texts;

    protected PageFrame Frame => Context.Frame;

    protected bool IsVisitor => Frame.Reader is null;

    /// <summary>The keeper of the plein inside a sentence: "de gemeente Waterveen", or "de beheerder".</summary>
    protected string Keeper => Frame.Organisation is { Length: > 0 } name
        ? Names.InSentence(name, T.Language)
        : T["keeper.unnamed"];

    protected static MarkupString Icon(string name, bool filled = false) => Icons.Svg(name, filled);

    /// <summary>"2 uur geleden", with the exact moment for machines.</summary>
    protected MarkupString Ago(DateTimeOffset at, bool capital = false) => Time(at, Context.Times.Ago(at), capital);

    /// <summary>"14 april 2026".</summary>
    protected MarkupString Date(DateTimeOffset at) => Time(at, Context.Times.Date(at), false);

    /// <summary>"14 april, 11.40 uur"; with the year once it is not this year.</summary>
    protected MarkupString Moment(DateTimeOffset at) => Time(at, Context.Times.Moment(at), false);

    protected MarkupString Date(DateOnly day) =>
        new($"<time datetime=\"{day:yyyy-MM-dd}\">{Encode(Context.Times.Date(day))}</time>");

    /// <summary>The text of a post.</summary>
    protected MarkupString Post(MarkupString html) => WideContent.Reachable(html, T["post.table"]);

    private MarkupString Time(DateTimeOffset at, string text, bool capital)
    {
        if (capital)
            text = char.ToUpper(text[0], T.Culture) + text[1..];
        return new($"<time datetime=\"{Times.Machine(at)}\">{Encode(text)}</time>");
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}

/// <summary>A whole page: a component that shows one model.</summary>
public abstract class View<TModel> : View
{
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}
