using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>
/// How posts of every kind are addressed and wrapped (CONTRACT.md §4): shared by questions and answers.
/// </summary>
/// <param name="Author">Who wrote it.</param>
/// <param name="Topic">The Group it stands in.</param>
/// <param name="Mentioned">Who else is told: the asker, the author of what is replied to.</param>
internal sealed record PostAddressing(Actor Author, Actor Topic, IReadOnlyList<Actor> Mentioned)
{
    /// <summary>The Group stands first: Lemmy takes the first one that it finds.</summary>
    public IReadOnlyList<string> To { get; } = [Topic.Uri, PublicAudience.Id];

    public IReadOnlyList<string> Cc { get; } =
        [Author.Followers ?? Author.Uri + "/followers", .. Mentioned.Select(actor => actor.Uri)];

    /// <summary>Mentions: without one, some servers drop a reply (CONTRACT.md §4.4).</summary>
    public IReadOnlyList<TagDocument> Tags(NodeAddresses addresses) =>
    [
        .. Mentioned.Select(actor => TagDocument.Mention(
            actor.Uri, $"{actor.Name}@{actor.Host ?? addresses.Host}")),
    ];

    /// <summary>
    /// Inboxes of the Group and of those mentioned that are elsewhere, besides the author's followers.
    /// </summary>
    public IEnumerable<FollowerInbox> Inboxes(IReadOnlyList<FollowerInbox> followers) => Mentioned.Append(Topic)
        .Where(actor => !actor.IsLocal)
        .Select(FollowerInbox.Of)
        .Concat(followers);

    public CreateActivity Create(string id, PostDocument post) => new()
    {
        Id = id,
        Actor = Author.Uri,
        To = To,
        Cc = Cc,
        Audience = Topic.Uri,
        Published = post.Published,
        Object = post,
    };

    public UpdateActivity Update(string id, PostDocument post) => new()
    {
        Id = id,
        Actor = Author.Uri,
        To = To,
        Cc = Cc,
        Audience = Topic.Uri,
        Published = post.Updated,
        Object = post,
    };

    public DeleteActivity Delete(string id, string postUri, DateTimeOffset at) => new()
    {
        Id = id,
        Actor = Author.Uri,
        To = To,
        Cc = Cc,
        Audience = Topic.Uri,
        Published = at,
        Object = new TombstoneDocument { Id = postUri, Deleted = at },
    };

    /// <summary>Languages as Lemmy and PieFed want them.</summary>
    public static LanguageTag Language(string tag) => new(tag, tag switch
    {
        "nl" => "Nederlands",
        "en" => "English",
        "de" => "Deutsch",
        "fr" => "Français",
        _ => tag,
    });
}
