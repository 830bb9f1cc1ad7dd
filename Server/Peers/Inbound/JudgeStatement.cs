using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>What an official answer of another node says, and what that is worth here.</summary>
internal sealed record StatementVerdict
{
    /// <summary>What the signature is worth.</summary>
    public required StatementProof Proof { get; init; }

    /// <summary>Whether its author is recognised here.</summary>
    public required bool IsRecognised { get; init; }

    /// <summary>The number that its author gives this version.</summary>
    public required long Revision { get; init; }

    /// <summary>The hash that names this version; empty when it is not signed.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it counts as a version at all: it is signed, whatever its history.</summary>
    public bool IsSigned => Proof is StatementProof.Valid or StatementProof.HistoryBroken;

    /// <summary>What it says of itself.</summary>
    public required AsObject Official { get; init; }

    /// <summary>The text without what is repeated for servers that know nothing of official answers.</summary>
    public string? BodyHtml { get; init; }

    /// <summary>The answer as it stands with this verdict.</summary>
    public Answer Apply(Answer answer) => answer with
    {
        Kind = IsSigned && IsRecognised ? AnswerKind.Official : AnswerKind.Answer,
        Proof = Proof,
        BodyHtml = BodyHtml ?? answer.BodyHtml,
        SourceUrl = RemotePost.IsWeb(Source?.Href) ? Source!.Href : answer.SourceUrl,
        SourceTitle = Source?.Name is { Length: > 0 } name ? SafeHtml.OneLine(name, 120) : answer.SourceTitle,
        ValidFrom = TypedDay.Noon(Official.ValidFrom),
        ValidUntil = TypedDay.Noon(Official.ValidUntil),
        ReviewBefore = TypedDay.Noon(Official.ReviewBefore),
        ReviewedAt = Source?.Retrieved,
        WithdrawnAt = Official.Withdrawn is { } withdrawn ? withdrawn.WithdrawnAt ?? answer.UpdatedAt : null,
        WithdrawnReason = Official.Withdrawn?.WithdrawnReason is { Length: > 0 } reason
            ? SafeHtml.OneLine(reason, 500)
            : null,
        Supersedes = Address(Official.SupersedesId),
        SupersededBy = Address(Official.SupersededById),
    };

    /// <summary>What is kept of it.</summary>
    /// <param name="answer">The answer with this verdict.</param>
    /// <param name="before">What was kept; null for nothing.</param>
    /// <param name="now">The time.</param>
    public Statement Keep(Answer answer, Statement? before, DateTimeOffset now) => new()
    {
        AnswerId = answer.Id,
        // What is not signed is no version: it must not stand in the way of the next one.
        Revision = IsSigned ? Revision : before?.Revision ?? 0,
        Version = IsSigned ? Version : before?.Version ?? "",
        CheckedAt = now,
        DueAt = StatementSchedule.Next(answer, now),
    };

    private static string? Address(string? id) => RemotePost.IsWeb(id) ? id : null;

    private AsObject? Source => Official.OfficialSource.FirstOrDefault(source => source.Is("Link"));
}

/// <summary>
/// Judges official answers of other nodes (CONTRACT.md §4.5): that they are depends on the signature of the
/// organisation and on what this node thinks of it, never on what the sender says.
/// </summary>
internal sealed class JudgeStatement(ProofCheck proofs, RevisionChain chain, RecogniseOrganisation recognise)
{
    /// <summary>Judges a direct reply to a question.</summary>
    /// <param name="thing">The reply.</param>
    /// <param name="author">Its author.</param>
    /// <param name="known">The version of it that is here; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it does not claim to be official, or is by somebody who cannot: an ordinary answer.</returns>
    public async Task<StatementVerdict?> ExecuteAsync(
        AsObject thing, Actor author, Statement? known, CancellationToken cancellationToken)
    {
        if (thing is not { Kind: "officialAnswer", Official: { } official } || official.IssuerId != author.Uri
            || author.Kind != ActorKind.Organisation)
        {
            return null;
        }

        var isSigned = await proofs.IsValidAsync(thing, author, null, cancellationToken);
        var before = known is { Revision: 0 } ? null : known;
        return new StatementVerdict
        {
            Official = official,
            Revision = thing.Revision ?? 1,
            Version = isSigned ? IntegrityProof.NameOf(thing.Raw) : "",
            Proof = !isSigned ? StatementProof.Broken
                : await chain.IsWholeAsync(thing, author, before, cancellationToken) ? StatementProof.Valid
                : StatementProof.HistoryBroken,
            IsRecognised = isSigned && await recognise.ExecuteAsync(author, cancellationToken),
            BodyHtml = thing.Source is { MediaType: "text/markdown", Content: { Length: > 0 } text }
                && text.Length <= AnswerRules.MaxBody
                ? SafeHtml.FromMarkdown(text, RemotePost.PlaceOf(thing)!)
                : null,
        };
    }
}
