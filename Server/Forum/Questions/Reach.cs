using System.Globalization;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Who may see what somebody posts: an audience, and for an organisation which one.</summary>
/// <param name="Audience">Whom.</param>
/// <param name="Organisation">For <see cref="Audience.Organisation"/>: which.</param>
public readonly record struct Reach(Audience Audience, ActorId? Organisation = null)
{
    /// <summary>Name of the field in a form.</summary>
    public const string Field = "audience";

    /// <summary>Everyone, other servers included: what holds where nothing else was chosen.</summary>
    public static Reach Everyone { get; }

    /// <summary>Who may see a question.</summary>
    public static Reach Of(Question question) => new(question.Audience, question.OrganisationId);

    /// <summary>Who may see an answer.</summary>
    public static Reach Of(Answer answer) => new(answer.Audience, answer.OrganisationId);

    /// <summary>As a form holds it: "everyone", "plein", or the number of an organisation.</summary>
    public string Text => Audience switch
    {
        Audience.Organisation => Organisation?.ToString() ?? "",
        Audience.Plein => "plein",
        _ => "everyone",
    };

    /// <summary>Reads what a form holds.</summary>
    /// <param name="text">As posted.</param>
    /// <returns>Null for anything else: nobody guesses who may read along.</returns>
    public static Reach? Parse(string text) => text switch
    {
        "everyone" => Everyone,
        "plein" => new Reach(Audience.Plein),
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            new Reach(Audience.Organisation, new ActorId(number)),
        _ => null,
    };

    /// <summary>Whether everybody who sees this may see the other too.</summary>
    /// <param name="outer">The other.</param>
    public bool IsWithin(Reach outer) => outer.Audience switch
    {
        Audience.Everyone => true,
        Audience.Plein => Audience != Audience.Everyone,
        _ => this == outer,
    };
}
