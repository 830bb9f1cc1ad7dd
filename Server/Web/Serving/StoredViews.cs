using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>What is stored, as pages show it.</summary>
internal sealed class StoredViews(
    NodeAddresses addresses, ServerOptions options, NodeSettings settings, KnownBodies bodies, TimeProvider clock)
{
    // Never changes once it is known.
    private long keeper;

    /// <summary>
    /// Before people are shown: learns by what names government bodies are known here now, and who keeps this node.
    /// </summary>
    public async ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        await bodies.ReadyAsync(cancellationToken);
        if (Interlocked.Read(ref keeper) == 0 && await settings.KeeperAsync(cancellationToken) is { } known)
        {
            Interlocked.Exchange(ref keeper, known.Value);
        }
    }

    public QuestionRowView Row(QuestionRow row) => new(row.Id.Value, row.Title, row.TopicName, row.PublishedAt)
    {
        Answers = row.AnswerCount,
        HasOfficialAnswer = row.OfficialCount > 0,
        HasAcceptedAnswer = row.IsAccepted,
        AlsoAsked = row.SameCount,
        Pinned = row.IsPinned,
        Origin = addresses.IsOwn(row.Uri) ? null : Web(row.Uri)?.Authority,
        Audience = row.Audience,
        OnlyFor = row.OrganisationName,
    };

    /// <summary>The organisations of a caller as choices, by number.</summary>
    public static IReadOnlyList<Choice> Organisations(Caller caller) =>
        [.. caller.Organisations.Select(one => new Choice(one.Id.ToString(), one.DisplayName))];

    public IReadOnlyList<QuestionRowView> Rows(IEnumerable<QuestionRow> rows) => [.. rows.Select(Row)];

    public static TopicTileView Tile(Topic topic) =>
        new(Slug(topic), topic.Name, topic.Description, topic.Icon, (int)topic.QuestionCount) { Origin = topic.Host };

    /// <summary>What stands for a topic in our addresses: its slug, with the host when it is of another node.</summary>
    public static string Slug(Topic topic) => topic.Host is null ? topic.Slug : $"{topic.Slug}@{topic.Host}";

    public PersonView Person(Answer answer) => Person(
        answer.AuthorId, answer.AuthorName, answer.AuthorHandle, answer.AuthorHost, answer.AuthorKind,
        answer.AuthorUrl ?? answer.AuthorUri, answer.AuthorGround);

    /// <summary>Who wrote something.</summary>
    /// <param name="actor">A person or organisation.</param>
    /// <param name="ground">On what ground this node knows it, when it is an organisation of elsewhere.</param>
    public PersonView Person(Actor actor, RecognitionGround? ground) =>
        Person(actor.Id, actor.DisplayName, actor.Name, actor.Host, actor.Kind, actor.Url ?? actor.Uri, ground);

    /// <summary>An answer with what this caller may do with it.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="question">Its question.</param>
    /// <param name="comments">What stands below it.</param>
    /// <param name="caller">Who looks.</param>
    /// <param name="asker">First name of who asked.</param>
    /// <param name="moderates">Whether it moderates the topic.</param>
    /// <param name="find">Where another answer is by its ActivityPub id; null for its own address.</param>
    public AnswerView Answer(
        Answer answer, Question question, IEnumerable<Answer> comments, Caller caller, string asker, bool moderates,
        Func<string?, string?>? find = null)
    {
        var isAccepted = question.AcceptedAnswerId == answer.Id;
        // What cannot be proven here is an ordinary answer, whatever it says of itself.
        var official = answer.Kind == AnswerKind.Official && Proof(answer) is { } proof
            ? Official(answer, proof, find ?? (uri => Web(uri)?.AbsoluteUri))
            : null;
        var isClaim = official is null && answer.Proof != StatementProof.None;
        var author = Person(answer);
        return new AnswerView(
            answer.Id.Value, answer.QuestionId.Value, isClaim ? author with { OnlySaysGovernment = true } : author,
            new MarkupString(official?.Lead is null ? answer.BodyHtml : answer.BodyHtml[(LeadEnd(answer.BodyHtml))..]),
            answer.PublishedAt)
        {
            Edited = answer.EditedAt is not null,
            Helpful = answer.HelpfulCount,
            Accepted = isAccepted,
            AcceptedBy = isAccepted && question.IsChosenByAsker ? asker : null,
            May = May.With(caller, question, answer, moderates),
            // A link that somebody chose who only says to be the government lends it credit.
            FoundAt = official is null && !isClaim ? Web(answer.SourceUrl) : null,
            Unverified = isClaim,
            Withdrawn = isClaim && (answer.WithdrawnAt is not null || answer.SupersededBy is not null),
            Original = answer.IsLocal ? null : Web(answer.Url),
            Official = official,
            Audience = answer.Audience > question.Audience ? answer.Audience : Storage.Audience.Everyone,
            OnlyFor = answer.OrganisationName,
            Comments =
            [
                .. comments.Select(comment => new CommentView(
                    comment.Id.Value, Person(comment), new MarkupString(comment.BodyHtml), comment.PublishedAt)
                {
                    May = May.With(caller, question, comment, moderates),
                    Edited = comment.EditedAt is not null,
                }),
            ],
        };
    }

    private OfficialView Official(Answer answer, SenderProof proof, Func<string?, string?> find) =>
        new(answer.AuthorName, proof)
        {
            Lead = Lead(answer.BodyHtml),
            State = answer.StateOn(Times.Day(clock.GetUtcNow())),
            SourceTitle = answer.SourceTitle,
            Source = Web(answer.SourceUrl),
            ValidFrom = Day(answer.ValidFrom),
            ValidUntil = Day(answer.ValidUntil),
            ReviewBefore = Day(answer.ReviewBefore),
            WithdrawnAt = answer.WithdrawnAt,
            WithdrawnReason = answer.WithdrawnReason,
            ReplacedBy = find(answer.SupersededBy),
            Replaces = find(answer.Supersedes),
            HistoryBroken = answer.Proof == StatementProof.HistoryBroken,
            AtSource = answer.CheckedAt,
            Host = answer.AuthorHost,
            Voucher = answer.AuthorVoucher,
            Website = answer.AuthorWebsite,
            RegisterNumber = answer.AuthorRegisterId is { } register
                ? register[(register.LastIndexOf('/') + 1)..]
                : null,
            CheckedOn = Day(answer.ReviewedAt),
            CheckedBy = answer.ReviewedBy is { Length: > 0 } by ? by : null,
        };

    // Null when nothing that this node believes says who it is from.
    private SenderProof? Proof(Answer answer) => answer switch
    {
        { IsLocal: true } when IsKeeper(answer.AuthorId) => SenderProof.KeepsThisPlein,
        { IsLocal: true } => SenderProof.AdmittedHere,
        { Proof: StatementProof.None or StatementProof.Broken } => null,
        { AuthorGround: RecognitionGround.Registered } => SenderProof.Register,
        { AuthorGround: RecognitionGround.Attested } => SenderProof.Attested,
        { AuthorGround: RecognitionGround.Admitted } => SenderProof.AdmittedHere,
        _ => null,
    };

    private static DateOnly? Day(DateTimeOffset? moment) =>
        moment is { } at ? TypedDay.Of(at) : null;

    private const string LeadStart = "<p><strong>";
    private const string LeadStop = "</strong></p>";

    // A first paragraph that is bold as a whole is the answer in one sentence.
    private static int LeadEnd(string html)
    {
        var stop = html.StartsWith(LeadStart, StringComparison.Ordinal)
            ? html.IndexOf(LeadStop, StringComparison.Ordinal)
            : -1;
        return stop > 0 && !html.AsSpan(LeadStart.Length, stop - LeadStart.Length).Contains('<')
            ? stop + LeadStop.Length
            : 0;
    }

    private static string? Lead(string html) => LeadEnd(html) is > 0 and var end
        ? System.Net.WebUtility.HtmlDecode(html[LeadStart.Length..(end - LeadStop.Length)])
        : null;

    private bool IsKeeper(ActorId actor) => actor.Value == Interlocked.Read(ref keeper);

    private PersonView Person(
        ActorId id, string name, string handle, string? host, ActorKind kind, string url,
        RecognitionGround? ground) => host is null
        ? new PersonView(name, kind switch
        {
            ActorKind.Organisation when IsKeeper(id) && options.Kind == PleinKind.Municipality =>
                PersonKind.Municipality,
            ActorKind.Organisation => PersonKind.Organisation,
            _ when handle == NodeAddresses.ReporterName => PersonKind.Plein,
            _ => PersonKind.Neighbour,
        })
        {
            Profile = Paths.Person(handle),
            OnlySaysGovernment = kind != ActorKind.Organisation && bodies.AreNamedBy(name, handle, host: null),
        }
        : new PersonView(
            name,
            kind == ActorKind.Organisation && ground is not (null or RecognitionGround.Denied)
                ? PersonKind.Organisation
                : PersonKind.Remote)
        {
            Profile = Web(url)?.AbsoluteUri,
            Handle = addresses.Handle(handle, host),
            Via = host,
            OnlySaysGovernment = !ground.IsOfficial() && bodies.AreNamedBy(name, handle, host),
        };

    internal static Uri? Web(string? url) => Federation.CanonicalAuthority.Read(url);
}
