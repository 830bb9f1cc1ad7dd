using System.CommandLine;
using Ontmoetingsplein.Forum.Topics;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Lets the node follow a topic of another node.</summary>
internal static class FollowCommand
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var handle = new Argument<string>("handle")
        {
            Description = "Handle of a topic, like @afval@plein.voorbeeld.nl.",
        };
        var command = new Command("follow", "Follow a topic of another node; its questions then appear here.")
        {
            handle,
        };
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            async node =>
            {
                var outcome = await node.Get<FollowTopic>().FollowRemoteAsync(
                    parsed.GetValue(handle)!, CommandNode.Context.Operator, stop);
                if (!outcome.IsDone(out var topic, out var refusal))
                {
                    return node.Refuse(refusal);
                }

                node.Output.WriteLine(
                    $"{topic.DisplayName} ({topic.Uri}) is asked; the running server sends it within seconds.");
                return 0;
            }, stop));
        root.Subcommands.Add(command);
    }
}
