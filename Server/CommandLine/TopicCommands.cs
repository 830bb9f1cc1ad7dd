using System.CommandLine;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage.Topics;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Topics: create one, list them.</summary>
internal static class TopicCommands
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var name = new Option<string>("--name") { Required = true, Description = "Name that people read." };
        var slug = new Option<string?>("--slug")
        {
            Description = "Name in the address, [a-z0-9_]; made from the name if left out.",
        };
        var description = new Option<string?>("--description") { Description = "One plain sentence." };
        var icon = new Option<string?>("--icon") { Description = "Name of an icon, like recycle." };
        var create = new Command("create", "Create a topic.") { name, slug, description, icon };
        create.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node =>
            {
                var form = new CreateTopic.Form(
                    parsed.GetValue(slug), parsed.GetValue(name), parsed.GetValue(description), parsed.GetValue(icon));
                var outcome = await node.Get<CreateTopic>().ExecuteAsync(form, CommandNode.Context.Operator, stop);
                if (!outcome.IsDone(out var topic, out var refusal))
                {
                    return node.Refuse(refusal);
                }

                node.Output.WriteLine($"{topic.Name} is at {topic.Uri}");
                return 0;
            }, stop));
        var list = new Command("list", "List all topics, those of other nodes last.");
        list.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node =>
            {
                var table = new Table().Border(TableBorder.Minimal).AddColumns("handle", "name", "questions");
                foreach (var topic in await node.Get<TopicStore>().ListAsync(stop))
                {
                    table.AddRow(
                        Markup.Escape(node.Get<NodeAddresses>().Handle(topic.Slug, topic.Host)),
                        Markup.Escape(topic.Name), $"{topic.QuestionCount}");
                }

                node.Screen.Write(table);
                return 0;
            }, stop));
        root.Subcommands.Add(new Command("topic", "Create and list topics.") { create, list });
    }
}
