using System.Collections.ObjectModel;
using Ontmoetingsplein.Forum.Organisations;

namespace Ontmoetingsplein.Server.Web.Organisations;

/// <summary>The administrator's page about organisations, of here and elsewhere.</summary>
public sealed record OrganisationsModel
{
    public IReadOnlyList<OwnOrganisation> Own { get; init; } = [];

    public IReadOnlyList<RecognisedOrganisation> Recognised { get; init; } = [];

    /// <summary>How many websites the copy of the register has.</summary>
    public long Registered { get; init; }

    /// <summary>What was typed to recognise one.</summary>
    public string Handle { get; init; } = "";

    /// <summary>Whether its attestations are believed too, as chosen.</summary>
    public bool Vouches { get; init; }

    /// <summary>The list of the register as typed.</summary>
    public string Register { get; init; } = "";

    /// <summary>
    /// Which form the errors belong to: "admit", "register", or "about", "hold" or "attest" with the number of one of
    /// our organisations.
    /// </summary>
    public string? FaultyForm { get; init; }

    /// <summary>Fields: organisation; list; website, register; attestation; subject, register, until.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    internal IReadOnlyDictionary<string, string> ErrorsOf(string form) =>
        form == FaultyForm ? Errors : ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>An organisation of this node.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">As people read it.</param>
public sealed record OwnOrganisation(long Id, string Name)
{
    /// <summary>As kept, or as typed.</summary>
    public string Website { get; init; } = "";

    public string Register { get; init; } = "";

    /// <summary>The file that its website must show; null without a website.</summary>
    public string? File { get; init; }

    /// <summary>Where that file belongs.</summary>
    public string? FileAddress { get; init; }

    /// <summary>The link that does instead, for less.</summary>
    public string Link { get; init; } = "";

    /// <summary>What was found when the proofs were looked at; empty when they were not.</summary>
    public IReadOnlyList<ProofStep> Steps { get; init; } = [];

    public IReadOnlyList<AttestationView> Issued { get; init; } = [];

    public IReadOnlyList<AttestationView> Held { get; init; } = [];

    /// <summary>The address of an attestation, as typed.</summary>
    public string Attestation { get; init; } = "";

    /// <summary>For whom to vouch, as typed.</summary>
    public string Subject { get; init; } = "";

    public string SubjectRegister { get; init; } = "";

    public string Until { get; init; } = "";
}

/// <summary>An attestation that one of our organisations made or shows.</summary>
/// <param name="Id">Its number here; 0 for one of elsewhere.</param>
/// <param name="Address">Its id.</param>
/// <param name="Name">Whom it is about, or who made it.</param>
/// <param name="Until">When it ends.</param>
public sealed record AttestationView(long Id, string Address, string Name, DateTimeOffset Until)
{
    public bool Revoked { get; init; }
}

/// <summary>An organisation elsewhere of which this node knows who it is.</summary>
/// <param name="Id">Its number here.</param>
/// <param name="Name">As people read it.</param>
/// <param name="Handle">@gemeente@plein.example.</param>
/// <param name="Ground">How this node knows.</param>
public sealed record RecognisedOrganisation(
    long Id, string Name, string Handle, Storage.Answers.RecognitionGround Ground)
{
    public bool Vouches { get; init; }

    /// <summary>Who vouches for it.</summary>
    public string? Issuer { get; init; }

    public string? Website { get; init; }
}
