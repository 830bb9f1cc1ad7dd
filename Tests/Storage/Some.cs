using System.Security.Cryptography;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>Valid values to start from.</summary>
internal static class Some
{
    public static Actor Actor(Writing w, string name, ActorKind kind = ActorKind.Person, string? host = null)
    {
        var origin = $"https://{host ?? "plein.example"}";
        return new Actor
        {
            Id = new ActorId(w.Ids.Next()),
            Kind = kind,
            Name = name,
            Host = host,
            Uri = $"{origin}/u/{name}",
            DisplayName = name.ToUpperInvariant(),
            Inbox = $"{origin}/u/{name}/inbox",
            SharedInbox = host is null ? null : $"{origin}/inbox",
            CreatedAt = w.Now,
            UpdatedAt = w.Now,
        };
    }

    public static ActorKey Key(ActorId actor, string id, byte filler = 1) => new()
    {
        KeyId = id,
        ActorId = actor,
        Algorithm = 1,
        PublicBytes = [filler, 2, 3],
    };

    public static Question Question(Writing w, Plein plein, string title, string body = "")
    {
        var id = new QuestionId(w.Ids.Next());
        return new Question
        {
            Id = id,
            Uri = $"https://plein.example/q/{id}",
            Url = $"https://plein.example/vragen/{id}",
            TopicId = plein.Topic,
            AuthorId = plein.Asker,
            IsLocal = true,
            Audience = Audience.Everyone,
            Title = title,
            BodySource = body,
            BodyHtml = $"<p>{body}</p>",
            Language = "nl",
            ContextUri = $"https://plein.example/q/{id}/thread",
            PublishedAt = w.Now,
            UpdatedAt = w.Now,
            ActiveAt = w.Now,
        };
    }

    public static Answer Answer(Writing w, Question question, ActorId author, string html)
    {
        var id = new AnswerId(w.Ids.Next());
        return new Answer
        {
            Id = id,
            Uri = $"https://plein.example/a/{id}",
            Url = $"https://plein.example/antwoorden/{id}",
            QuestionId = question.Id,
            AuthorId = author,
            IsLocal = true,
            Kind = AnswerKind.Answer,
            Audience = Audience.Everyone,
            BodySource = html,
            BodyHtml = html,
            Language = "nl",
            PublishedAt = w.Now,
            UpdatedAt = w.Now,
        };
    }

    public static InboxEntry Entry(string id, DateTimeOffset now, string host = "a.example", byte[]? body = null) =>
        new()
        {
            ActivityUri = id,
            Host = host,
            ActorUri = $"https://{host}/u/x",
            Type = "Create",
            Scheme = 1,
            ReceivedAt = now,
            Body = body ?? "{}"u8.ToArray(),
        };

    public static OutboxActivity Activity(Writing w, ActorId actor, string type = "Create", bool isPublic = true)
    {
        var id = w.Ids.Next();
        return new OutboxActivity
        {
            Id = id,
            Uri = $"https://plein.example/activities/{id}",
            ActorId = actor,
            Type = type,
            IsPublic = isPublic,
            IsListed = isPublic && (type is "Create" or "Announce"),
            Body = "{}"u8.ToArray(),
        };
    }

    public static Report Report(Writing writing, Actor reporter, string objectUri) => new()
    {
        Id = writing.Ids.Next(),
        ReporterId = reporter.Id,
        ReporterHost = reporter.Host ?? "",
        ObjectUri = objectUri,
        Reason = "Bevat een telefoonnummer",
        CreatedAt = writing.Now,
    };

    /// <summary>Text that no database makes smaller.</summary>
    public static string Noise(int length) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(length * 3 / 4));
}
