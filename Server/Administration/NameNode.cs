using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Server.Administration;

/// <summary>Gives the node its name, on every page and as other servers see it.</summary>
internal sealed class NameNode(Database database, ActorStore actors, NodeAddresses addresses)
{
    private const int MinName = 2;
    /// <summary>Longest name.</summary>
    public const int MaxName = 80;


    /// <summary>Names it; the route lets administrators through only.</summary>
    public async Task<Refusal?> ExecuteAsync(string typed, CancellationToken cancellationToken)
    {
        var name = ReadableText.Line(typed);
        if (ReadableText.Fault("name", name, MinName, MaxName, "error.name") is { } fault)
        {
            return Refusal.Invalid(fault);
        }

        var node = await actors.FindByUriAsync(addresses.Node, cancellationToken)
            ?? throw new InvalidOperationException("The node has no actor.");
        await database.WriteAsync(
            writing =>
            {
                SettingStore.Set(writing, NodeSettings.NameKey, name);
                ActorStore.Present(writing, node.Id, name, node.SummaryHtml);
            }, cancellationToken);
        return null;
    }
}
