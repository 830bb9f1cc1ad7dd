using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Server.CommandLine;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>Nothing is shown that no code fills, and nothing is asked for that is not there.</summary>
public partial class PromiseTests
{
    private static readonly Assembly Server = typeof(Node).Assembly;
    private static readonly List<Call> Calls = [.. Call.In(Server), .. Call.In(typeof(ServerOptions).Assembly)];

    [Test]
    public void Every_field_of_a_page_is_filled_by_some_code()
    {
        var models = Models();
        Assert.That(models, Has.Count.GreaterThan(40), "the models are no longer found");
        // A default in the record itself is no call, nor is the copy that "with" begins with.
        var filled = Calls.Where(call => call.From.DeclaringType != call.To.DeclaringType)
            .Select(call => (call.To.DeclaringType, call.To.Name)).ToHashSet();
        Assert.That(
            models.SelectMany(model => Settable(model).Where(
                    property => !filled.Contains((model, property.SetMethod!.Name)))
                .Select(property => $"{model.Name}.{property.Name}")),
            Is.Empty, "shown when it is filled, which never happens: fill it, or take it and what shows it away");
    }

    [Test]
    public void Every_field_of_a_page_is_read_by_some_code()
    {
        var read = Calls.Select(call => (call.To.DeclaringType, call.To.Name)).ToHashSet();
        Assert.That(
            Models().SelectMany(model => model.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.DeclaringType == model && property.Name != "EqualityContract"
                    && !read.Contains((model, property.GetMethod!.Name)))
                .Select(property => $"{model.Name}.{property.Name}")),
            Is.Empty, "filled for nothing");
    }

    [Test]
    public void Every_parameter_of_a_part_of_a_page_is_given_by_some_page()
    {
        var source = SourceTree.Files.Where(file => file.EndsWith(".razor", StringComparison.Ordinal))
            .Select(SourceTree.Read).ToList();
        var missing = new List<string>();
        foreach (var part in Server.GetTypes().Where(type =>
            typeof(IComponent).IsAssignableFrom(type) && !type.IsAbstract && !type.IsNested
            && !IsPage(type)))
        {
            var tag = "<" + part.Name;
            var uses = string.Join('\n', source.Where(text => text.Contains(tag, StringComparison.Ordinal)));
            missing.AddRange(part.GetProperties()
                .Where(property => property.IsDefined(typeof(ParameterAttribute)) && property.Name != "ChildContent")
                .Where(property => !Regex.IsMatch(uses, $"[\\s\"]{property.Name}(?=[\\s=/>])|<{property.Name}>"))
                .Select(property => $"{part.Name}.{property.Name}"));
        }

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Every_notice_is_one_of_those_that_are_shown()
    {
        var named = SourceTree.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
                && file.StartsWith("Server/", StringComparison.Ordinal))
            .SelectMany(file => Noticed().Matches(SourceTree.Read(file)))
            .SelectMany(match => Quoted().Matches(match.Value).Select(key => key.Groups[1].Value)).ToHashSet();
        Assert.That(named, Has.Count.GreaterThan(20));
        Assert.That(named.Except(Notices.Keys), Is.Empty, "it would never be shown");
    }

    [Test]
    public async Task Commands_and_server_are_made_of_what_is_registered()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var (options, _) = ServerOptionsReader.Read(TestSettings.Of(("DataFolder", folder.FullName)));
            await using var database = await Database.OpenAsync(
                new StorageOptions { Database = options!.Database }, TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            var services = new ServiceCollection().AddLogging().AddNode(options, database, TimeProvider.System);
            var asked = Calls.Where(call => call.To is { Name: "Get", IsGenericMethod: true }
                    && call.To.DeclaringType == typeof(CommandNode.Context))
                .Select(call => call.To.GetGenericArguments()[0]).Where(type => !type.IsGenericParameter).Distinct()
                .ToList();
            Assert.That(asked, Has.Count.GreaterThan(10));
            Assert.That(
                asked.Where(type => services.All(service => service.ServiceType != type)).Select(type => type.Name),
                Is.Empty, "a command would end with: no service for this type");
            var whole = new ServiceProviderOptions { ValidateOnBuild = true };
            Assert.That(() => services.BuildServiceProvider(whole).Dispose(), Throws.Nothing, "commands");
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static bool IsPage(Type type) => ModelOf(type) is not null || type == typeof(Layout);

    private static Type? ModelOf(Type? type) => type switch
    {
        null => null,
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(View<>) => type.GetGenericArguments()[0],
        _ => ModelOf(type.BaseType),
    };

    // What pages are given, and what is in that, as far as it is a record of the server's own.
    private static HashSet<Type> Models()
    {
        var found = new HashSet<Type>();
        var todo = new Queue<Type>(
            Server.GetTypes().Select(ModelOf).OfType<Type>().Where(type => !type.IsGenericParameter)
                .Append(typeof(PageFrame)));
        while (todo.TryDequeue(out var type))
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            foreach (var argument in type.GetGenericArguments())
                todo.Enqueue(argument);
            if (type.IsArray)
                todo.Enqueue(type.GetElementType()!);
            if (type.Assembly != Server || type.IsEnum || type.GetMethod("<Clone>$") is null || !found.Add(type))
                continue;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                todo.Enqueue(property.PropertyType);
        }

        return found;
    }

    // Not those of the constructor: without them there is no record.
    private static IEnumerable<PropertyInfo> Settable(Type model)
    {
        var needed = model.GetConstructors().SelectMany(made => made.GetParameters())
            .Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.Name).ToHashSet();
        return model.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property =>
            property.SetMethod is not null && property.DeclaringType == model && !needed.Contains(property.Name)
            && model.GetConstructors().All(made => made.GetParameters().All(one => one.Name != property.Name)));
    }

    [GeneratedRegex(@"(?:Notices\.Add|\bDone)\(\s*http,[^;]*;|notice = [^;]*;")]
    private static partial Regex Noticed();

    [GeneratedRegex("\"([a-z][A-Za-z]*\\.[A-Za-z]+)\"")]
    private static partial Regex Quoted();
}
