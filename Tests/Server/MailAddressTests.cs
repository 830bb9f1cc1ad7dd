using CsCheck;
using Microsoft.Extensions.Configuration;
using MimeKit;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>One rule says what a mail address is, at every door, and the mail program agrees with it.</summary>
internal sealed class MailAddressTests
{
    private static readonly string[] Wrong =
    [
        "", " ", "@", "a@", "@b.nl", "anna", "a.@voorbeeld.nl", ".a@voorbeeld.nl", "a..b@voorbeeld.nl", "a@b@c.nl",
        "\"a b\"@voorbeeld.nl", "\"a\"@voorbeeld.nl", "Anna <anna@voorbeeld.nl>", "<anna@voorbeeld.nl>",
        "anna@voorbeeld.nl (Anna)", "anna@voorbeeld.nl, bram@voorbeeld.nl", "anna@voorbeeld.nl;", "anna @voorbeeld.nl",
        "anna@voorbeeld.nl\r\nBcc: all@voorbeeld.nl", "anna@voorbeeld.nl\n", "anna\0@voorbeeld.nl",
        "anna@[127.0.0.1]", "anna@voorbeeld.nl.", "anna@.voorbeeld.nl", "anna@voorbeeld..nl", "anna@-voorbeeld.nl",
        "anna@voorbeeld-.nl", "anna@voor_beeld.nl", "josé@voorbeeld.nl", "anna@voor\u200Bbeeld.nl",
        "anna@voor\u00ADbeeld.nl", "anna@voorbeeld\u3002nl", "\u202Eanna@voorbeeld.nl", "a\u00A0b@voorbeeld.nl",
        new string('a', 65) + "@voorbeeld.nl", "a@" + new string('b', 64) + ".nl",
        "a@" + string.Concat(Enumerable.Repeat("bbbbbbbbb.", 26)) + "nl", new string('a', 100_000),
        new string('a', 100_000) + "@" + new string('b', 100_000),
    ];

    [TestCaseSource(nameof(Wrong))]
    public void What_is_no_address_and_nothing_else_is_none(string text) =>
        Assert.That(MailAddresses.IsAddress(text), Is.False);

    [TestCase("anna@voorbeeld.nl")]
    [TestCase("Anna+plein@Voorbeeld.NL")]
    [TestCase("o'brien@voorbeeld.nl")]
    [TestCase("a.b-c_d@sub.voorbeeld.nl")]
    [TestCase("a@b.nl")]
    [TestCase("beheer@localhost")]
    [TestCase("anna@bücher.example", "anna@xn--bcher-kva.example")]
    [TestCase("anna@xn--bcher-kva.example")]
    [TestCase("anna@ñandú.example", "anna@xn--and-6ma2c.example")]
    public void What_people_have_is_an_address_and_goes_to_the_mail_server_as_ASCII(string text, string? sent = null)
    {
        Assert.That(MailAddresses.IsAddress(text), Is.True);
        Assert.That(
            MailAddresses.Mailbox("", text)!.GetAddress(idnEncode: true), Is.EqualTo(sent ?? text).IgnoreCase);
    }

    [Test]
    public void What_is_an_address_is_one_for_the_mail_program_too()
    {
        var piece = Gen.OneOf(
            Gen.Char["abzAZ09"].Select(c => c.ToString()), Gen.Char["!#$%&'*+-/=?^_`{|}~"].Select(c => c.ToString()),
            Gen.Const("."), Gen.Const("@"), Gen.Char["\"<>()[],;:\\ \r\n\t"].Select(c => c.ToString()),
            Gen.Const("é"), Gen.Const("ß"), Gen.Const("中"), Gen.Const("xn--"), Gen.Const("voorbeeld.nl"));
        var accepted = 0;
        piece.Array[1, 12].Select(string.Concat).SelectMany(local => piece.Array[1, 12].Select(
            domain => local + "@" + string.Concat(domain))).Sample(
                text =>
                {
                    if (!MailAddresses.IsAddress(text))
                        return;
                    Interlocked.Increment(ref accepted);
                    var sent = MailAddresses.Mailbox("Anna", text)!.GetAddress(idnEncode: true);
                    Assert.That(MailboxAddress.Parse(text).GetAddress(idnEncode: true), Is.EqualTo(sent));
                    Assert.That(sent, Has.All.InRange('!', '~'));
                    Assert.That(sent[..sent.LastIndexOf('@')], Is.EqualTo(text[..text.LastIndexOf('@')]));
                }, iter: 20_000, threads: 1);
        Assert.That(accepted, Is.Positive);
    }

    [Test]
    public async Task A_form_that_asks_for_an_address_says_that_this_is_none_and_keeps_what_was_typed()
    {
        await using var forum = await TestForum.StartAsync();
        using var browser = forum.Visitor();
        foreach (var form in new[] { "/inloggen/link", "/inloggen/wachtwoord" })
        {
            foreach (var text in new[] { "a.@voorbeeld.nl", "Anna <a@voorbeeld.nl>", "a@b.nl\r\nBcc: x@y.nl" })
            {
                var seen = await browser.SubmitAsync(
                    await browser.GetAsync("/inloggen"), form, ("email", text), ("password", "geheim genoeg"));
                Assert.That(seen.Status, Is.EqualTo(400), text);
                Assert.That(seen.Page.QuerySelector("[name=email]"), Is.Not.Null);
            }
        }

        Assert.That(await forum.Get<Ontmoetingsplein.Storage.Database>().FirstAsync<long>(
            "select count(*) from mails", null, default), Is.Zero);
    }

    [TestCase("a.@voorbeeld.nl")]
    [TestCase("Plein <plein@voorbeeld.nl>")]
    [TestCase("plein")]
    public void A_senders_address_that_is_none_is_a_wrong_setting(string from)
    {
        var (_, faults) = ServerOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Plein:Mail:Host"] = "mail.example", ["Plein:Mail:From"] = from })
            .Build());
        Assert.That(
            faults.Single().ToString(),
            Does.StartWith("Plein:Mail:From: ").And.Contains("must be the sender's address"));
    }

    [Test]
    public async Task The_command_that_makes_an_account_takes_no_other_address_either()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var port = Plein.FreePort();
            var (code, output) = await ServerProcess.RunAsync(
                folder, port, "account", "create", "--name", "Anna", "--email", "a.@voorbeeld.nl");
            Assert.That((code, output.Trim()), Is.EqualTo((1, "--email a.@voorbeeld.nl: this is no mail address.")));
            (code, output) = await ServerProcess.RunAsync(folder, port, "set-aside");
            Assert.That((code, output.Trim()), Is.EqualTo((0, "Nothing is set aside.")));
            (code, output) = await ServerProcess.RunAsync(folder, port, "set-aside", "--retry", "all");
            Assert.That((code, output.Trim()), Is.EqualTo((0, "Tried again within a minute: 0.")));
            (code, output) = await ServerProcess.RunAsync(folder, port, "set-aside", "--drop", "7");
            Assert.That(
                (code, output.Trim()), Is.EqualTo((1, "This is no longer here, or can no longer be tried again.")));
            (code, _) = await ServerProcess.RunAsync(folder, port, "set-aside", "--drop", "zeven");
            Assert.That(code, Is.Not.Zero);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
