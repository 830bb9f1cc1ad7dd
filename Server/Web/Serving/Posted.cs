using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>The fields of a form that was sent.</summary>
/// <param name="form">As it came in.</param>
internal readonly struct Posted(IFormCollection form)
{
    /// <summary>The value as typed; empty when there is none.</summary>
    public string this[string name] => form[name].Count > 0 ? form[name][0] ?? "" : "";

    /// <summary>The key that the page put in the form; see <see cref="SentForm"/>.</summary>
    public string Key => this[FormKey.Field];

    /// <summary>Whether a box is ticked, or a switch is to be on.</summary>
    public bool IsOn(string name) => this[name] == "true";

    /// <summary>The text of a file that was sent along; null when there is none.</summary>
    public async Task<string?> FileAsync(string name, CancellationToken cancellationToken)
    {
        if (form.Files.GetFile(name) is not { } file)
        {
            return null;
        }

        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public static async Task<Posted> ReadAsync(HttpContext http) =>
        new(await http.Request.ReadFormAsync(http.RequestAborted));
}
