using Ontmoetingsplein.Server.Layout;

namespace Ontmoetingsplein.Tests.Server;

public class NamesTests
{
    [TestCase("Gemeente Waterveen")]
    [TestCase("Klantenservice GEMEENTE")]
    [TestCase("Gеmеentе Waterveen", Description = "Cyrillic")]
    [TestCase("Gémeente")]
    [TestCase("Ｇｅｍｅｅｎｔｅ", Description = "full width")]
    [TestCase("G.e.m.e.e.n.t.e")]
    [TestCase("Gemeen\u200bte")]
    [TestCase("G3meente")]
    [TestCase("Ministerie van Financiën")]
    [TestCase("Municipality of Waterveen")]
    public void A_name_that_passes_for_a_government_body_is_noticed(string name) =>
        Assert.That(Names.SayGovernment(name), Is.True);

    [TestCase("Samira A.")]
    [TestCase("Gemma de Geest")]
    [TestCase("Bibliotheek Waterveen")]
    [TestCase("Оля")]
    [TestCase("")]
    public void Other_names_are_left_alone(string name) => Assert.That(Names.SayGovernment(name), Is.False);
}
