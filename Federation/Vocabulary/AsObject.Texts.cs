namespace Ontmoetingsplein.Federation.Vocabulary;

/// <content>Texts, dates, numbers. Texts are as sent: HTML is not yet sanitised, lengths are not limited.</content>
public sealed partial class AsObject
{
    /// <summary>Name or title: plain text by the standard, often HTML in fact.</summary>
    public string? Name => Text(Term.Name);

    /// <summary><see cref="Name"/> by language tag; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> NameMap => TextMap(Term.NameMap);

    /// <summary>The body, HTML unless <see cref="MediaType"/> says otherwise.</summary>
    public string? Content => Text(Term.Content);

    /// <summary><see cref="Content"/> by language tag; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> ContentMap => TextMap(Term.ContentMap);

    /// <summary>Summary, content warning, biography or reason, HTML.</summary>
    public string? Summary => Text(Term.Summary);

    /// <summary><see cref="Summary"/> by language tag; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> SummaryMap => TextMap(Term.SummaryMap);

    /// <summary>The media type of the content or of what a Link points to.</summary>
    public string? MediaType => Text(Term.MediaType);

    /// <summary>
    /// What the content was made from: an object with Content and MediaType; null when not exactly one.
    /// </summary>
    public AsObject? Source => Single(Term.Source);

    /// <summary>The first language tag, from <c>{"identifier":"nl"}</c> (Lemmy) or a bare string.</summary>
    public string? Language => Relation(Term.Language) is [var first, ..] ? first.Identifier ?? first.Id : null;

    /// <summary>All languages of a Group, as objects with Identifier and Name.</summary>
    public IReadOnlyList<AsObject> Languages => Relation(Term.Language);

    /// <summary>Of a language: its tag (schema.org).</summary>
    public string? Identifier => Text(Term.Identifier);

    /// <summary>Where a Link points.</summary>
    public string? Href => Text(Term.Href);

    /// <summary>Of a Link: its relation.</summary>
    public string? Rel => Text(Term.Rel);

    /// <summary>Whether a warning is to be shown first.</summary>
    public bool? Sensitive => Flag(Term.Sensitive);

    /// <summary>The number of members of a collection.</summary>
    public long? TotalItems => Number(Term.TotalItems);

    /// <summary>When it was published; null when absent or not RFC 3339.</summary>
    public DateTimeOffset? Published => Time(Term.Published);

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? Updated => Time(Term.Updated);

    /// <summary>Of a Tombstone: when it was deleted.</summary>
    public DateTimeOffset? Deleted => Time(Term.Deleted);

    /// <summary>Of a Tombstone: what it was.</summary>
    public string? FormerType => Text(Term.FormerType);

    /// <summary>When it begins.</summary>
    public DateTimeOffset? StartTime => Time(Term.StartTime);

    /// <summary>When it ends.</summary>
    public DateTimeOffset? EndTime => Time(Term.EndTime);

    /// <summary>Lemmy: marked as coming from a moderator or an official.</summary>
    public bool? Distinguished => Flag(Term.Distinguished);

    /// <summary>PieFed: this reply is said to be the accepted answer. Never trusted alone.</summary>
    public bool? Answer => Flag(Term.Answer);
}
