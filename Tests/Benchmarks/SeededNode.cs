using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>Puts a local question into a data folder before the measured server starts on it.</summary>
internal static class SeededNode
{
    /// <returns>The number of the question.</returns>
    public static async Task<QuestionId> AskAsync(string folder, int port, string topic, string? database = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Plein:Urls"] = $"http://localhost:{port}",
            ["Plein:DataFolder"] = folder,
            ["Plein:Database"] = database,
        }).Build();
        var (options, _) = ServerOptionsReader.Read(configuration);
        await using var node = await Node.BuildAsync(options!, TimeProvider.System, quiet: true);
        var services = node.Services;
        var found = await services.GetRequiredService<TopicStore>().FindLocalAsync(topic);
        var person = await services.GetRequiredService<Database>().WriteAsync(writing =>
            services.GetRequiredService<CreateAccount>().Execute(writing, "Anna", "anna@example.org", Role.Member)!);
        var caller = new Caller(await services.GetRequiredService<AccountStore>().FindAsync(person.Id), []);
        var asked = await services.GetRequiredService<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(
                "Wanneer wordt het oud papier opgehaald in onze straat?", "Ik zag de wagen vorige week niet.",
                found!.Id),
            caller, default);
        return asked.Value!.Id;
    }
}
