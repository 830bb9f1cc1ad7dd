using System.Text;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Which names stand for which <see cref="Term"/>, found by their UTF-8 bytes.</summary>
internal static class Terms
{
    private const int Slots = 1024;

    // First, because the table below is filled while the other fields are set.
    private static readonly Entry?[] table = new Entry?[Slots];

    static Terms()
    {
        Add(TermKind.Relation, [
            (Term.Actor, "actor"), (Term.Object, "object"), (Term.Target, "target"), (Term.Origin, "origin"),
            (Term.Result, "result"), (Term.Instrument, "instrument"), (Term.AttributedTo, "attributedTo"),
            (Term.Audience, "audience"), (Term.InReplyTo, "inReplyTo"), (Term.Context, "context"),
            (Term.Replies, "replies"), (Term.Likes, "likes"), (Term.Shares, "shares"), (Term.To, "to"), (Term.Cc, "cc"),
            (Term.Bto, "bto"), (Term.Bcc, "bcc"), (Term.Icon, "icon"), (Term.Image, "image"), (Term.Url, "url"),
            (Term.Generator, "generator"), (Term.Preview, "preview"), (Term.Items, "items"),
            (Term.OrderedItems, "orderedItems"), (Term.First, "first"), (Term.Next, "next"), (Term.PartOf, "partOf"),
            (Term.Source, "source"), (Term.Inbox, "inbox"), (Term.Outbox, "outbox"), (Term.Followers, "followers"),
            (Term.Following, "following"), (Term.Featured, "featured"), (Term.Endpoints, "endpoints"),
            (Term.SharedInbox, "sharedInbox"), (Term.PublicKey, "publicKey"), (Term.Owner, "owner"),
            (Term.AssertionMethod, "assertionMethod"), (Term.Controller, "controller"),
            (Term.AlsoKnownAs, "alsoKnownAs"), (Term.MovedTo, "movedTo"), (Term.Implements, "implements"),
            (Term.Proof, "proof"), (Term.Language, "language"), (Term.AcceptedAnswer, "omp:acceptedAnswer"),
            (Term.AcceptedBy, "omp:acceptedBy"), (Term.Revisions, "omp:revisions"), (Term.Official, "omp:official"),
            (Term.Issuer, "omp:issuer"), (Term.OrganisationId, "omp:organisationId"),
            (Term.OfficialSource, "omp:source"), (Term.Supersedes, "omp:supersedes"),
            (Term.SupersededBy, "omp:supersededBy"), (Term.Withdrawn, "omp:withdrawn"),
            (Term.Question, "omp:question"), (Term.OfficialAnswer, "omp:officialAnswer"),
            (Term.DuplicateOf, "omp:duplicateOf"), (Term.MergedInto, "omp:mergedInto"),
            (Term.Attestation, "omp:attestation"), (Term.Subject, "omp:subject"), (Term.Revoked, "omp:revoked"),
        ]);
        Add(TermKind.ShortRelation, [(Term.Tag, "tag"), (Term.Attachment, "attachment")]);
        Add(TermKind.Text, [
            (Term.Published, "published"), (Term.Updated, "updated"), (Term.Deleted, "deleted"),
            (Term.FormerType, "formerType"), (Term.StartTime, "startTime"), (Term.EndTime, "endTime"),
            (Term.Name, "name"), (Term.Content, "content"), (Term.Summary, "summary"), (Term.MediaType, "mediaType"),
            (Term.Href, "href"), (Term.Rel, "rel"), (Term.PreferredUsername, "preferredUsername"),
            (Term.PublicKeyPem, "publicKeyPem"), (Term.PublicKeyMultibase, "publicKeyMultibase"),
            (Term.Webfinger, "webfinger"), (Term.Identifier, "identifier"), (Term.Kind, "omp:kind"),
            (Term.Title, "omp:title"), (Term.PreviousRevision, "omp:previousRevision"),
            (Term.ValidFrom, "omp:validFrom"), (Term.ValidUntil, "omp:validUntil"),
            (Term.ReviewBefore, "omp:reviewBefore"), (Term.Retrieved, "omp:retrieved"), (Term.WithdrawnAt, "omp:at"),
            (Term.WithdrawnReason, "omp:reason"), (Term.Status, "omp:status"), (Term.ActorKind, "omp:actorKind"),
            (Term.AttestedName, "omp:name"),
        ]);
        Add(TermKind.TextMap, [
            (Term.NameMap, "nameMap"), (Term.ContentMap, "contentMap"), (Term.SummaryMap, "summaryMap"),
        ]);
        Add(TermKind.Flag, [
            (Term.Sensitive, "sensitive"), (Term.ManuallyApprovesFollowers, "manuallyApprovesFollowers"),
            (Term.Discoverable, "discoverable"), (Term.Indexable, "indexable"), (Term.Distinguished, "distinguished"),
            (Term.PostingRestrictedToMods, "postingRestrictedToMods"), (Term.Answer, "answer"),
            (Term.Answer, "omp:answer"), (Term.QuestionAnswer, "questionAnswer"),
            (Term.QuestionAnswer, "omp:questionAnswer"),
        ]);
        Add(TermKind.Number, [(Term.TotalItems, "totalItems"), (Term.Revision, "omp:revision")]);
    }

    /// <summary>Finds the term with a name.</summary>
    /// <param name="name">UTF-8, unescaped, own names with the prefix <c>omp:</c>.</param>
    /// <param name="hash">Its <see cref="StrictReader.Hash"/>.</param>
    /// <param name="kind">How its value is read.</param>
    public static Term Find(ReadOnlySpan<byte> name, ulong hash, out TermKind kind)
    {
        for (var slot = (int)hash & (Slots - 1); table[slot] is { } entry; slot = (slot + 1) & (Slots - 1))
        {
            if (!name.SequenceEqual(entry.Name))
                continue;
            kind = entry.Kind;
            return entry.Term;
        }
        kind = default;
        return Term.None;
    }

    private static void Add(TermKind kind, ReadOnlySpan<(Term Term, string Name)> terms)
    {
        foreach (var (term, name) in terms)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            var slot = (int)StrictReader.Hash(bytes) & (Slots - 1);
            while (table[slot] is not null)
                slot = (slot + 1) & (Slots - 1);
            table[slot] = new Entry(bytes, term, kind);
        }
    }

    private sealed record Entry(byte[] Name, Term Term, TermKind Kind);
}
