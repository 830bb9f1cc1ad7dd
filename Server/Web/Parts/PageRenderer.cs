using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>Turns a page and its model into the bytes of an HTML document.</summary>
public sealed class PageRenderer(IServiceProvider services, ILoggerFactory loggers)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The page as a response with all security headers.</summary>
    public async Task<PageResult> PageAsync<TPage, TModel>(PageFrame frame, TModel model, int status = 200)
        where TPage : View<TModel> =>
        new(await RenderAsync<TPage, TModel>(frame, model)) { Status = status };

    /// <summary>The page as UTF-8, to keep or to send.</summary>
    public async Task<byte[]> RenderAsync<TPage, TModel>(PageFrame frame, TModel model)
        where TPage : View<TModel>
    {
        // A renderer keeps every root it ever drew, so it lives for one page.
        await using var renderer = new HtmlRenderer(services, loggers);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(Root.Content)] = Compose(typeof(TPage), new PageContext(frame), model),
        });
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var html = await renderer.RenderComponentAsync<Root>(parameters);
            using var bytes = new MemoryStream(32 * 1024);
            await using (var writer = new StreamWriter(bytes, Utf8, bufferSize: 8 * 1024, leaveOpen: true))
                html.WriteHtmlTo(writer);
            return bytes.ToArray();
        });
    }

    private static RenderFragment Compose(Type page, PageContext context, object? model) => builder =>
    {
        builder.OpenComponent<CascadingValue<PageContext>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<>.Value), context);
        builder.AddComponentParameter(2, nameof(CascadingValue<>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<>.ChildContent), (RenderFragment)(inner =>
        {
            inner.OpenComponent(0, page);
            inner.AddComponentParameter(1, nameof(View<>.Model), model);
            inner.CloseComponent();
        }));
        builder.CloseComponent();
    };

    private sealed class Root : ComponentBase
    {
        [Parameter]
        public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Content);
    }
}
