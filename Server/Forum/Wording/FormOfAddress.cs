namespace Ontmoetingsplein.Forum.Wording;

/// <summary>How Dutch texts address people.</summary>
public enum FormOfAddress
{
    /// <summary>Formal: municipalities, housing.</summary>
    U,

    /// <summary>Informal: neighbourhoods.</summary>
    Je,
}
