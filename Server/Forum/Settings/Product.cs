using System.Reflection;

namespace Ontmoetingsplein.Forum.Settings;

/// <summary>Which program this is.</summary>
internal static class Product
{
    /// <summary>Its version, like 0.1.0.</summary>
    public static string Version { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0.0.0";
}
