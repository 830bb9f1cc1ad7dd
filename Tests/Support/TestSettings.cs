using Microsoft.Extensions.Configuration;
using Ontmoetingsplein.Server;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>Settings as an operator gives them.</summary>
internal static class TestSettings
{
    /// <summary>A configuration with these keys, each without the section.</summary>
    public static IConfiguration Of(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(one =>
            new KeyValuePair<string, string?>($"{ServerOptionsReader.Section}:{one.Key}", one.Value)))
        .Build();
}
