using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>What came back, with the page parsed.</summary>
internal sealed record Seen(HttpResponseMessage Response, string Html)
{
    public int Status => (int)Response.StatusCode;

    public string? Location => Response.Headers.Location?.OriginalString;

    public IHtmlDocument Page => field ??= new HtmlParser().ParseDocument(Html);

    /// <summary>All words that a reader sees, with single spaces.</summary>
    public string Text =>
        string.Join(' ', Page.Body!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public IReadOnlyList<string> SetCookies => Response.Headers.TryGetValues("Set-Cookie", out var all) ? [.. all] : [];

    public string Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : "";
}

/// <summary>
/// A browser without scripts: keeps cookies, follows no redirect by itself, sends the forms that it sees.
/// </summary>
internal sealed class Browser(Uri address) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = address,
    };

    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>Headers added to every request.</summary>
    public Dictionary<string, string> Headers { get; } =
        new() { ["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8" };

    public Task<Seen> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, null, accept);

    /// <summary>Opens a path, and the pages it leads to.</summary>
    public async Task<Seen> FollowAsync(string path)
    {
        var seen = await GetAsync(path);
        return await FollowAsync(seen);
    }

    /// <summary>Goes where an answer leads to.</summary>
    public async Task<Seen> FollowAsync(Seen seen)
    {
        while (seen.Location is { } location)
        {
            seen = await GetAsync(location.Split('#')[0]);
        }

        return seen;
    }

    /// <summary>Sends the form with this address as the page shows it, with some fields filled in.</summary>
    public Task<Seen> SubmitAsync(Seen page, string action, params (string Name, string Value)[] fields)
    {
        var form = page.Page.QuerySelectorAll("form[method=post]")
            .FirstOrDefault(one => one.GetAttribute("action")?.Split('#')[0] == action.Split('#')[0]);
        Assert.That(form, Is.Not.Null, $"no form to {action} in\n{page.Text}");
        var values = new Dictionary<string, string>();
        foreach (var field in form!.QuerySelectorAll("input, textarea, select"))
        {
            var name = field.GetAttribute("name") ?? "";
            switch (field)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false }:
                    break;
                case IHtmlInputElement input:
                    values[name] = input.Value;
                    break;
                case IHtmlTextAreaElement area:
                    values[name] = area.Value;
                    break;
                case IHtmlSelectElement select:
                    values[name] = select.Value ?? "";
                    break;
            }
        }

        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        return form.GetAttribute("enctype") == "multipart/form-data"
            ? SendAsync(HttpMethod.Post, action, Parts(form, values), null)
            : PostAsync(action, values);
    }

    private static MultipartFormDataContent Parts(AngleSharp.Dom.IElement form, Dictionary<string, string> values)
    {
        var files = form.QuerySelectorAll("input[type=file]").Select(one => one.GetAttribute("name")).ToHashSet();
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in values)
        {
            if (!files.Contains(name))
            {
                content.Add(new StringContent(value), name);
            }
            else if (value.Length > 0)
            {
                content.Add(new StringContent(value), name, "lijst.csv");
            }
        }

        return content;
    }

    public Task<Seen> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields), null);

    public async Task<Seen> SendAsync(HttpMethod method, string path, HttpContent? content, string? accept)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, name == "Accept" && accept is not null ? accept : value);
        }

        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await client.SendAsync(request);
        var seen = new Seen(response, await response.Content.ReadAsStringAsync());
        foreach (var cookie in seen.SetCookies)
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0 || cookie.Contains("1970", StringComparison.Ordinal))
            {
                Cookies.Remove(pair[0]);
            }
            else
            {
                Cookies[pair[0]] = Uri.UnescapeDataString(pair[1]);
            }
        }

        return seen;
    }

    public void Dispose() => client.Dispose();
}
