using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Topics;

/// <summary>Makes and changes the topics of this node.</summary>
internal sealed class CreateTopic(
    Database database, OncePosted once, TopicStore topics, NodeAddresses addresses)
{
    /// <summary>Longest name; it is part of many lines.</summary>
    public const int MaxName = 60;

    /// <summary>Longest description: one sentence.</summary>
    public const int MaxDescription = 120;

    /// <summary>What was typed.</summary>
    /// <param name="Slug">Name in its address; null or empty to make one from the name.</param>
    /// <param name="Name">The name people read.</param>
    /// <param name="Description">One plain sentence.</param>
    /// <param name="Icon">Name of an icon.</param>
    /// <param name="Key">Of the form it came in; see <see cref="SentForm"/>.</param>
    public sealed record Form(
        string? Slug, string? Name, string? Description, string? Icon, string? Key = null);

    /// <summary>Makes a topic.</summary>
    public async Task<Outcome<Topic>> ExecuteAsync(Form form, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        var name = ReadableText.Line(form.Name);
        var slug = string.IsNullOrWhiteSpace(form.Slug)
            ? AccountRules.Handles(name).First()
            : form.Slug.Trim().ToLowerInvariant();
        var description = ReadableText.Line(form.Description);
        var faults = Faults(name, description).ToList();
        if (!AccountRules.IsHandle(slug))
        {
            faults.Add(new FieldFault("slug", "error.username"));
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var sent = SentForm.Of(form.Key, caller, "topic", slug, name, description, form.Icon);
        var made = await once.PostAsync<string>(
            sent, act: null, caller,
            writing => Add(
                writing, slug, name, description, form.Icon, int.MaxValue)
                ? slug
                : Refusal.Invalid(new FieldFault("slug", "error.nameTaken")),
            _ => 0, (_, _) => Task.FromResult<string?>(slug), cancellationToken);
        return made.Refusal is { } refusal ? refusal
            : await topics.FindLocalAsync(slug, cancellationToken) is { } topic ? topic
            : new Refusal(RefusalKind.Gone, "problem.410text");
    }

    /// <summary>Gives a topic another name, description or icon.</summary>
    public async Task<Outcome<Topic>> ReviseAsync(
        ActorId id, Form form, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        if (await topics.FindAsync(id, cancellationToken) is not { Host: null } topic)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var name = ReadableText.Line(form.Name);
        var description = ReadableText.Line(form.Description);
        if (Faults(name, description).ToArray() is { Length: > 0 } faults)
        {
            return Refusal.Invalid(faults);
        }

        await database.WriteAsync(
            writing =>
            {
                ActorStore.Present(writing, id, name, SafeHtml.AsText(description));
                TopicStore.Put(writing, id, description, Icon(form.Icon), topic.Position);
            }, cancellationToken);
        return topic with { Name = name, Description = description };
    }

    /// <summary>Makes a topic inside another change.</summary>
    /// <returns>False when the slug is taken.</returns>
    public bool Add(Writing writing, string slug, string name, string description, string? icon, int position)
    {
        var uri = addresses.Topic(slug);
        var actor = new Actor
        {
            Id = new ActorId(writing.Ids.Next()),
            Kind = ActorKind.Group,
            Name = slug,
            Uri = uri,
            Url = uri,
            DisplayName = name,
            SummaryHtml = description.Length == 0 ? "" : SafeHtml.AsText(description),
            Inbox = uri + "/inbox",
            SharedInbox = addresses.SharedInbox,
            Outbox = uri + "/outbox",
            Followers = uri + "/followers",
            Moderators = uri + "/moderators",
            Featured = uri + "/featured",
            CreatedAt = writing.Now,
            UpdatedAt = writing.Now,
        };
        if (!ActorStore.Add(writing, actor))
        {
            return false;
        }

        TopicStore.Put(writing, actor.Id, description, Icon(icon), position);
        return true;
    }

    private static string Icon(string? icon) =>
        icon is { Length: > 0 and < 50 }
            && icon.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? icon
            : "message-2";

    private static IEnumerable<FieldFault> Faults(string name, string description)
    {
        if (ReadableText.Fault("name", name, 2, MaxName, "error.name") is { } inName)
        {
            yield return inName;
        }

        if (ReadableText.Fault("description", description, 0, MaxDescription) is { } inDescription)
        {
            yield return inDescription;
        }
    }
}
