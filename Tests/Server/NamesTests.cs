using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Tests.Server;

public class NamesTests
{
    [TestCase("Samira A.", "SA")]
    [TestCase("Priya de Boer", "PB")]
    [TestCase("Truus", "TR")]
    [TestCase("Imane (14)", "I1")]
    [TestCase("émile zola", "ÉZ")]
    [TestCase("🌷 🌷", "?")]
    [TestCase("", "?")]
    public void Initials_are_taken_from_any_name(string name, string initials) =>
        Assert.That(Names.Initials(name), Is.EqualTo(initials));

    [TestCase("Gemeente Waterveen", "nl", "de gemeente Waterveen")]
    [TestCase("Gemeente Waterveen", "en", "the municipality of Waterveen")]
    [TestCase("Woningcorporatie De Brug", "nl", "woningcorporatie De Brug")]
    [TestCase("Bibliotheek Waterveen", "nl", "de bibliotheek Waterveen")]
    [TestCase("Buurtplein Molenwijk", "nl", "Buurtplein Molenwijk")]
    public void Organisations_stand_in_a_sentence_as_people_say_them(string name, string language, string text) =>
        Assert.That(Names.InSentence(name, language), Is.EqualTo(text));
}
