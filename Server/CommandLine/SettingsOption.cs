using System.CommandLine;
using Ontmoetingsplein.Forum.Settings;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Where settings come from: appsettings.json, then the environment, then --set; the last one wins.</summary>
internal sealed class SettingsOption
{
    /// <summary>--set key=value, as often as needed.</summary>
    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting, like --set Plein:Name=\"Plein Waterveen\". May be given more than once.",
        HelpName = "key=value",
        Recursive = true,
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Reads the settings; prints every fault there is.</summary>
    /// <returns>Null when there were faults.</returns>
    public ServerOptions? Read(ParseResult parsed, TextWriter errors)
    {
        var given = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<string>();
        foreach (var pair in parsed.GetValue(Set) ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                faults.Add($"--set {pair}: write it as key=value, like --set Plein:Language=en.");
            }
            else if (!pair.StartsWith(ServerOptionsReader.Section + ":", StringComparison.OrdinalIgnoreCase))
            {
                faults.Add($"--set {pair}: keys start with Plein:, like --set Plein:Language=en.");
            }
            else
            {
                given[pair[..equals]] = pair[(equals + 1)..];
            }
        }

        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(given)
                .Build();
            var (options, found) = ServerOptionsReader.Read(configuration);
            faults.AddRange(found.Select(fault => fault.ToString()));
            if (faults.Count == 0)
            {
                return options;
            }
        }
        catch (Exception bad) when (bad is InvalidDataException or FormatException or IOException
            or UnauthorizedAccessException)
        {
            faults.Add($"appsettings.json cannot be read: {bad.InnerException?.Message ?? bad.Message}");
        }

        errors.WriteLine(faults.Count == 1 ? "A setting is wrong:" : $"{faults.Count} settings are wrong:");
        foreach (var fault in faults)
        {
            errors.WriteLine("  " + fault);
        }

        return null;
    }
}
