using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>The documents of shared/data/examples, made with our own records.</summary>
internal static class OutgoingExamples
{
    private const string Node = "https://plein.zuiderdam.example";
    private const string Group = Node + "/o/afval";
    private const string Anna = Node + "/p/anna";
    private const string Iris = Node + "/p/mod-iris";
    private const string City = Node + "/p/gemeente-zuiderdam";
    private const string Bram = "https://buurt.example/p/bram";
    private const string Reply = "https://buurt.example/r/01k0w2c8";
    private const string Question = Node + "/q/01k0v9m3";
    private const string Official = Node + "/r/01k0x7f1";
    private const string QuestionHtml =
        "<p><strong>Wanneer wordt grofvuil opgehaald?</strong></p><p>Ik heb een oude bank. Kan die mee?</p>";

    private static readonly string[] toGroup = [Group, PublicAudience.Id];
    private static readonly LanguageTag dutch = new("nl", "Nederlands");

    public static NoteDocument QuestionNote { get; } = new()
    {
        Id = Question,
        AttributedTo = Anna,
        Content = QuestionHtml,
        Source = new("Ik heb een oude bank. Kan die mee?"),
        ContentMap = new Dictionary<string, string> { ["nl"] = QuestionHtml },
        Language = dutch,
        To = toGroup,
        Cc = [Anna + "/followers"],
        Audience = Group,
        Thread = Question + "/context",
        Replies = Question + "/replies",
        Url = Question,
        Published = Time(3, 2, 10, 15),
        Tag = [TagDocument.Hashtag(Node + "/t/grofvuil", "grofvuil")],
        Sensitive = false,
        Kind = "question",
        Title = "Wanneer wordt grofvuil opgehaald?",
    };

    public static NoteDocument AnswerNote { get; } = new()
    {
        Id = Reply,
        AttributedTo = Bram,
        InReplyTo = Question,
        Thread = Question + "/context",
        Content = "<p>Bij ons elke eerste maandag.</p>",
        Source = new("Bij ons elke eerste maandag."),
        ContentMap = new Dictionary<string, string> { ["nl"] = "<p>Bij ons elke eerste maandag.</p>" },
        Language = dutch,
        To = toGroup,
        Cc = [Bram + "/followers", Anna],
        Audience = Group,
        Url = Reply,
        Published = Time(3, 2, 11, 0),
        Tag = [TagDocument.Mention(Anna, "anna@plein.zuiderdam.example")],
        Kind = "answer",
        Answer = false,
    };

    public static NoteDocument OfficialNote { get; } = new()
    {
        Id = Official,
        AttributedTo = City,
        InReplyTo = Question,
        Thread = Question + "/context",
        Content = "<p><strong>Officieel antwoord van de gemeente Zuiderdam</strong></p>"
            + "<p>Grofvuil wordt op afspraak opgehaald.</p><p>Geldig vanaf 1 maart 2026, te herzien voor 1 maart 2027. "
            + "Bron: <a href=\"https://zuiderdam.example/grofvuil\">zuiderdam.example/grofvuil</a></p>",
        Language = dutch,
        To = toGroup,
        Cc = [City + "/followers", Anna],
        Audience = Group,
        Url = Official,
        Published = Time(3, 3, 8, 30),
        Updated = Time(3, 3, 8, 30),
        Attachment = [new("https://zuiderdam.example/grofvuil", "text/html")],
        Tag = [TagDocument.Mention(Anna, "anna@plein.zuiderdam.example")],
        Distinguished = true,
        Kind = "officialAnswer",
        Revision = 1,
        Revisions = Official + "/revisions",
        Official = new()
        {
            Issuer = City,
            OrganisationId = "https://identifier.example/gemeente/gm9999",
            ValidFrom = new(2026, 3, 1),
            ReviewBefore = new(2027, 3, 1),
            Source = [new("https://zuiderdam.example/grofvuil", null, "Grofvuil") { Retrieved = Time(3, 3, 8, 0) }],
        },
    };

    private static ChooseAnswerActivity Choice { get; } = new()
    {
        Id = Node + "/x/01k0y001",
        Actor = Anna,
        Object = Reply,
        To = [PublicAudience.Id],
        Cc = [Group],
        Audience = Group,
    };

    private static FollowActivity Follow { get; } = new()
    {
        Id = "https://social.example/f/1",
        Actor = "https://social.example/users/cees",
        Object = Group,
        To = [Group],
    };

    public static CreateActivity AnswerCreate { get; } = new()
    {
        Id = "https://buurt.example/x/01k0w2c9",
        Actor = Bram,
        To = toGroup,
        Cc = [Bram + "/followers", Anna],
        Audience = Group,
        Published = Time(3, 2, 11, 0),
        Object = AnswerNote,
    };

    /// <summary>File name without extension, and our document.</summary>
    public static IReadOnlyDictionary<string, OutgoingDocument> All { get; } = new Dictionary<string, OutgoingDocument>
    {
        ["question-create"] = new CreateActivity
        {
            Id = Node + "/x/01k0v9m4",
            Actor = Anna,
            To = toGroup,
            Cc = [Anna + "/followers"],
            Audience = Group,
            Published = Time(3, 2, 10, 15),
            Object = QuestionNote,
        },
        ["answer-create"] = AnswerCreate,
        ["announce-activity"] = new AnnounceActivity
        {
            Id = Node + "/x/01k0w2d0",
            Actor = Group,
            To = toGroup,
            Cc = [Group + "/followers"],
            Thread = Question + "/context",
            Published = Time(3, 2, 11, 0, 2),
            Object = RawJson.Of(VocabularyWriter.Write(AnswerCreate)),
        },
        ["announce-object"] = new AnnounceActivity
        {
            Id = Node + "/x/01k0v9m5",
            Actor = Group,
            To = [PublicAudience.Id],
            Cc = [Group + "/followers"],
            Published = Time(3, 2, 10, 15, 2),
            Object = Question,
        },
        ["choose-answer"] = Choice,
        ["undo-choose-answer"] = new UndoActivity
        {
            Context = Contexts.ChooseAnswer,
            Id = Node + "/x/01k0y003",
            Actor = Anna,
            To = [PublicAudience.Id],
            Cc = [Group],
            Audience = Group,
            Object = Choice,
        },
        ["follow"] = Follow,
        ["accept-follow"] = new AcceptActivity
        {
            Id = Node + "/x/01k0y060",
            Actor = Group,
            To = ["https://social.example/users/cees"],
            Object = Follow,
        },
        ["thread"] = Thread("answered", Time(3, 3, 12, 0, 5), null),
        ["thread-update"] = new UpdateActivity
        {
            Context = Contexts.Thread,
            Id = Node + "/x/01k0y031",
            Actor = Group,
            To = [PublicAudience.Id],
            Cc = [Group + "/followers"],
            Object = Thread("duplicate", Time(3, 5, 9, 0), Node + "/q/01jzz000"),
        },
        ["thread-page"] = new OrderedCollectionPageDocument
        {
            Id = Question + "/context?page=1",
            PartOf = Question + "/context",
            OrderedItems = [Question, Reply, Official],
        },
        ["tombstone-document"] = new TombstoneDocument
        {
            Id = Reply,
            FormerType = "Note",
            Deleted = Time(3, 4, 9, 0),
            AttributedTo = Bram,
            Audience = Group,
            Thread = Question + "/context",
        },
        ["delete-own"] = new DeleteActivity
        {
            Id = "https://buurt.example/x/01k0y020",
            Actor = Bram,
            To = toGroup,
            Cc = [],
            Audience = Group,
            Object = new TombstoneDocument { Id = Reply },
        },
        ["lock"] = new LockActivity
        {
            Id = Node + "/x/01k0y030",
            Actor = Iris,
            To = [PublicAudience.Id],
            Cc = [Group],
            Audience = Group,
            Summary = "Zelfde vraag bestaat al",
            Object = Question,
        },
        ["move"] = new MoveActivity
        {
            Id = Node + "/x/01k0y032",
            Actor = Iris,
            To = [PublicAudience.Id],
            Cc = [Group + "/followers", Node + "/o/grofvuil/followers"],
            Audience = Group,
            Object = Question + "/context",
            Origin = Group,
            Target = Node + "/o/grofvuil",
        },
        ["pin"] = new AddActivity
        {
            Id = Node + "/x/01k0y040",
            Actor = Iris,
            To = [PublicAudience.Id],
            Cc = [Group],
            Audience = Group,
            Object = Question,
            Target = Group + "/featured",
        },
        ["remove-moderator"] = new RemoveActivity
        {
            Id = Node + "/x/01k0y042",
            Actor = Iris,
            To = [PublicAudience.Id],
            Cc = [Group],
            Audience = Group,
            Object = Bram,
            Target = Group + "/moderators",
        },
        ["like"] = new LikeActivity
        {
            Id = "https://buurt.example/x/01k0y010",
            Actor = Bram,
            To = [PublicAudience.Id],
            Cc = [Group],
            Audience = Group,
            Object = Question,
        },
        ["dislike"] = new DislikeActivity
        {
            Id = "https://buurt.example/x/01k0y011",
            Actor = Bram,
            To = [PublicAudience.Id],
            Cc = [Group],
            Audience = Group,
            Object = Reply,
        },
        ["flag"] = new FlagActivity
        {
            Id = "https://buurt.example/x/01k0y050",
            Actor = Bram,
            To = [Group],
            Audience = Group,
            Content = "Bevat een telefoonnummer",
            Object = RawJson.References([Anna, Question]),
        },
        ["actor-group"] = new GroupDocument
        {
            Id = Group,
            PreferredUsername = "afval",
            Webfinger = "afval@plein.zuiderdam.example",
            Name = "Afval en recycling",
            Summary = "<p>Vragen over afval in Zuiderdam.</p>",
            Url = Group,
            Inbox = Group + "/inbox",
            Outbox = Group + "/outbox",
            Followers = Group + "/followers",
            Featured = Group + "/featured",
            Moderators = Group + "/moderators",
            Endpoints = new(Node + "/inbox"),
            Discoverable = true,
            Indexable = true,
            Language = [dutch],
            Published = Time(1, 5, 9, 0),
            Updated = Time(1, 5, 9, 0),
            PublicKey = new(Group + "#main-key", Group, "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n"),
            AssertionMethod =
                [new(Group + "#ed25519-key", Group, "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")],
            Generator = new(
                Node + "/actor",
                [new("https://w3id.org/ontmoetingsplein/profile/1", null, "Ontmoetingsplein Q&A 1")]),
        },
    };

    private static ThreadDocument Thread(string status, DateTimeOffset updated, string? duplicateOf) => new()
    {
        Id = Question + "/context",
        AttributedTo = Group,
        Audience = Group,
        Published = Time(3, 2, 10, 15, 2),
        Updated = updated,
        TotalItems = 3,
        First = Question + "/context?page=1",
        Last = Question + "/context?page=1",
        Question = Question,
        Status = status,
        AcceptedAnswer = Reply,
        AcceptedBy = Anna,
        OfficialAnswer = [Official],
        DuplicateOf = duplicateOf,
    };

    private static DateTimeOffset Time(int month, int day, int hour, int minute, int second = 0) =>
        new(2026, month, day, hour, minute, second, TimeSpan.Zero);
}
