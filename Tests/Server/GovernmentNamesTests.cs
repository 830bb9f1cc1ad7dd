using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Which names get the warning that nobody knows whether this is the government, and which do not.</summary>
public class GovernmentNamesTests
{
    private static readonly GovernmentNames Known = new(
        ["Gemeente Waterveen", "Woningcorporatie De Brug"],
        ["Gemeente Zuiderdam", "Waterschap Hollandse Kreken", "Dienst Landelijke Zaken", "Agentschap Duinrand"],
        ["plein.gemeenteveldhoek.example"]);

    [TestCase("Gemeente Waterveen")]
    [TestCase("De gemeente Waterveen")]
    [TestCase("Waterveen gemeente")]
    [TestCase("Klantenservice GEMEENTE")]
    [TestCase("Gem. Waterveen")]
    [TestCase("Gem. Onbekendermeer")]
    [TestCase("gem Waterveen")]
    [TestCase("Gemeentehuis")]
    [TestCase("Gemeente-Waterveen")]
    [TestCase("gemeentewaterveen")]
    [TestCase("Gemeenteraad Waterveen")]
    [TestCase("Gemeentebelastingen")]
    [TestCase("B&W")]
    [TestCase("B & W Waterveen")]
    [TestCase("College van B en W")]
    [TestCase("Burgemeester en wethouders van Waterveen")]
    [TestCase("Burgemeester")]
    [TestCase("Burgemeester De Vries")]
    [TestCase("Waterveen burgemeester")]
    [TestCase("De burgemeester van Waterveen")]
    [TestCase("Wethouder Jansen")]
    [TestCase("Provincie Zuidland")]
    [TestCase("Waterschap")]
    [TestCase("Hoogheemraadschap van Delfland")]
    [TestCase("Omgevingsdienst Zuid")]
    [TestCase("Veiligheidsregio Zuidland")]
    [TestCase("GGD")]
    [TestCase("GGD Zuidland")]
    [TestCase("Politie")]
    [TestCase("Politie Waterveen")]
    [TestCase("Belastingdienst")]
    [TestCase("UWV")]
    [TestCase("SVB")]
    [TestCase("DUO")]
    [TestCase("Duo klantenservice")]
    [TestCase("Medewerker van DUO")]
    [TestCase("CAK")]
    [TestCase("Rijkswaterstaat")]
    [TestCase("Rijksoverheid")]
    [TestCase("Ministerie van Financiën")]
    [TestCase("Kadaster")]
    [TestCase("RDW")]
    [TestCase("IND")]
    [TestCase("CJIB")]
    [TestCase("DigiD")]
    [TestCase("Digi-D helpdesk")]
    [TestCase("MijnOverheid")]
    [TestCase("Het Rijk")]
    [TestCase("Overheid")]
    [TestCase("Stadsbestuur")]
    [TestCase("Stadsdeel Noord")]
    [TestCase("Rechtbank Zuidland")]
    [TestCase("Griffie")]
    [TestCase("Wmo-loket")]
    [TestCase("Sociaal wijkteam")]
    [TestCase("Waterveen")]
    [TestCase("Stad Waterveen")]
    [TestCase("Loket Waterveen")]
    [TestCase("Waterveen Officieel")]
    [TestCase("Klantcontactcentrum Zuiderdam")]
    [TestCase("Municipality of Waterveen")]
    [TestCase("City of Waterveen")]
    [TestCase("Government")]
    [TestCase("Waterveen Council")]
    [TestCase("Tax office")]
    [TestCase("Police")]
    [TestCase("Belediye Waterveen")]
    [TestCase("Dienst Landelijke Zaken")]
    [TestCase("Landelijke dienst zaken", Description = "in another order")]
    [TestCase("AGENTSCHAP duinrand")]
    [TestCase("Agentschap Diunrand", Description = "letters changed places")]
    [TestCase("Woningcorporatie De Brug")]
    [TestCase("Woningcorporatie de Burg")]
    public void A_name_that_passes_for_a_body_is_noticed(string name) =>
        Assert.That(Known.AreSaidBy(name), Is.True);

    [TestCase("Gеmеentе Waterveen", Description = "Cyrillic")]
    [TestCase("Gɛmɛɛntɛ", Description = "phonetic")]
    [TestCase("ɢᴇᴍᴇᴇɴᴛᴇ", Description = "small capitals")]
    [TestCase("Gémeente")]
    [TestCase("Ｇｅｍｅｅｎｔｅ", Description = "full width")]
    [TestCase("𝐆𝐞𝐦𝐞𝐞𝐧𝐭𝐞 𝐖𝐚𝐭𝐞𝐫𝐯𝐞𝐞𝐧", Description = "bold")]
    [TestCase("ⓖⓔⓜⓔⓔⓝⓣⓔ", Description = "in circles")]
    [TestCase("🅶🅴🅼🅴🅴🅽🆃🅴", Description = "in squares")]
    [TestCase("Ꮐemeente", Description = "Cherokee")]
    [TestCase("G.e.m.e.e.n.t.e")]
    [TestCase("G e m e e n t e")]
    [TestCase("Gemeen\u200bte")]
    [TestCase("Gemeen\u2800te", Description = "a blank")]
    [TestCase("Gemeen\u00adte")]
    [TestCase("G\u0336e\u0336m\u0336e\u0336e\u0336n\u0336t\u0336e\u0336")]
    [TestCase("G3m33nt3 W4t3rv33n")]
    [TestCase("Gerneente", Description = "r and n for an m")]
    [TestCase("Gemeete Waterveen")]
    [TestCase("Gemeentte")]
    [TestCase("Gemeenet Waterveen")]
    [TestCase("PoIitie", Description = "a capital i")]
    [TestCase("P0l1tie")]
    [TestCase("Be1astingdienst")]
    [TestCase("Belastingdeinst")]
    [TestCase("Wаtеrvееn", Description = "Cyrillic")]
    [TestCase("Ｄigi\u200dD")]
    [TestCase("UVVV", Description = "two v for a w")]
    public void Letters_that_look_alike_and_signs_in_between_make_no_difference(string name) =>
        Assert.That(Known.AreSaidBy(name), Is.True);

    [TestCase("Info", "gemeente_waterveen", "evil.example")]
    [TestCase("Info", "gemeentewaterveen", "evil.example")]
    [TestCase("Info", "gemwaterveen", "evil.example")]
    [TestCase("Info", "waterveen", "evil.example")]
    [TestCase("Info", "waterveen_loket", "evil.example")]
    [TestCase("Info", "loketzuiderdam", "evil.example")]
    [TestCase("Info", "ggdwaterveen", "evil.example")]
    [TestCase("Info", "uwvhulp", "evil.example")]
    [TestCase("Info", "politie.nl", "evil.example")]
    [TestCase("Info", "b_en_w", "evil.example")]
    [TestCase("Info", "info", "gemeente-waterveen.example")]
    [TestCase("Jan", "jan", "gemeentewaterveen.evil.example")]
    [TestCase("Jan", "jan", "uwv.evil.example")]
    public void Handles_and_hosts_say_so_too(string name, string handle, string host) =>
        Assert.That(Known.AreSaidBy(name, handle, host), Is.True);

    [TestCase("Samira A.")]
    [TestCase("Gemma de Geest")]
    [TestCase("Jan de Rijk")]
    [TestCase("Rijk de Gooyer")]
    [TestCase("Rijk")]
    [TestCase("Gem Jones")]
    [TestCase("Gem")]
    [TestCase("Jan Burgemeester")]
    [TestCase("Anna Minister")]
    [TestCase("Piet Wethouder")]
    [TestCase("Karin van Waterveen")]
    [TestCase("Anna Zuiderdam")]
    [TestCase("Bert uit Waterveen")]
    [TestCase("Bibliotheek Waterveen")]
    [TestCase("Buurtplein Molenwijk")]
    [TestCase("Voetbalclub Waterveen")]
    [TestCase("Stichting Vrienden van het Park")]
    [TestCase("Politieke Partij voor de Buurt")]
    [TestCase("Politiek Café")]
    [TestCase("Het duo Peppi en Kokki")]
    [TestCase("B. W. Jansen")]
    [TestCase("Ben W.")]
    [TestCase("Dienke Raadsma")]
    [TestCase("Stadsman")]
    [TestCase("Margaret Court")]
    [TestCase("Indira")]
    [TestCase("Coach Halters")]
    [TestCase("De Bruggenbouwers")]
    [TestCase("Koning")]
    [TestCase("Van den Berg")]
    [TestCase("Оля")]
    [TestCase("王小明")]
    [TestCase("محمد")]
    [TestCase("🌷")]
    [TestCase("")]
    public void Other_names_are_left_alone(string name) => Assert.That(Known.AreSaidBy(name), Is.False);

    [TestCase("Noor", "noor", "mastodon.example")]
    [TestCase("Hans", "hans_77", "mastodon.politiek.example")]
    [TestCase("Jan", "jan", "plein.gemeenteveldhoek.example", Description = "a recognised organisation is there")]
    [TestCase("Anna", "annawaterveen", "social.example")]
    [TestCase("Ed", "vanbergen", "127.0.0.1:5240")]
    public void Other_handles_and_hosts_are_left_alone(string name, string handle, string host) =>
        Assert.That(Known.AreSaidBy(name, handle, host), Is.False);

    [TestCase("Gemeente Onbekendermeer")]
    [TestCase("Politie")]
    public void Kinds_of_bodies_are_known_without_any_register(string name) =>
        Assert.That(GovernmentNames.Unaided.AreSaidBy(name), Is.True);

    [Test]
    public void Any_text_at_all_has_an_answer()
    {
        var random = new Random(23);
        for (var n = 0; n < 20_000; n++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(0x10000))]);
            Assert.That(() => Known.AreSaidBy(text, text, text), Throws.Nothing);
        }

        Assert.That(Known.AreSaidBy(new string('g', 100_000) + "emeente"), Is.False);
    }
}
