using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>For whom somebody may post; the same for questions and answers.</summary>
internal static class AudienceRules
{
    /// <summary>May this caller post for these people?</summary>
    /// <param name="caller">Who posts.</param>
    /// <param name="reach">Who is to see it; null when what was sent names nobody.</param>
    /// <param name="within">Who may see what it stands under.</param>
    public static FieldFault? MayReach(Caller caller, Reach? reach, Reach within) => reach switch
    {
        null => new FieldFault(Reach.Field, "error.audience"),
        { Audience: Audience.Organisation } chosen
            when chosen != within && caller.Organisations.All(one => one.Id != chosen.Organisation) =>
            new FieldFault(Reach.Field, "error.audienceOrganisation"),
        { } chosen when !chosen.IsWithin(within) => new FieldFault(Reach.Field, "error.audienceWider"),
        _ => null,
    };
}
