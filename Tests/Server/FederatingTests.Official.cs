using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <content>Official answers between nodes (CONTRACT.md §4.5).</content>
public partial class FederatingTests
{
    [Test]
    public async Task An_official_answer_crosses_with_its_dates_and_is_revised_replaced_and_withdrawn_everywhere()
    {
        var town = _anna.Organisations[0];
        foreach (var plein in new[] { _b, _c })
        {
            var admitted = await plein.Get<AdmitOrganisation>().ExecuteAsync(town.Uri, false, Plein.Operator, default);
            Assert.That(admitted.Refusal, Is.Null);
        }

        var asked = await AskAsync(_b, _topicAtB, _bram);
        var copy = await CopyAsync(_a, asked);
        var first = await OfficialAsync(copy.Id, "**Op afspraak.**\n\nBel 14 0999.", null);
        foreach (var plein in new[] { _b, _c })
        {
            var there = await CopyAsync(plein, first);
            Assert.That(
                (there.Kind, there.Proof, there.SourceTitle, there.ReviewBefore, there.ValidUntil),
                Is.EqualTo((
                    AnswerKind.Official, StatementProof.Valid, "Grofvuil", first.ReviewBefore, first.ValidUntil)));
            Assert.That(there.BodyHtml, Is.EqualTo(first.BodyHtml), "what is repeated for others is left out");
        }

        var note = (await _a.GetActivityAsync($"/r/{first.Id}")).Body!;
        var text = PlainText.Of((string)note["content"]!);
        Assert.That(text, Does.StartWith("Officieel antwoord van").And.Contain("tot en met 31 december 2098")
            .And.Contain("Wordt opnieuw bekeken voor 1 maart 2098").And.Contain("Bron: Grofvuil"));
        Assert.That((string?)note["omp:official"]!["omp:reviewBefore"], Is.EqualTo("2098-03-01"));
        Assert.That(note["answer"], Is.Null, "what others decide does not change what is signed");

        await _a.Get<Database>().WriteAsync(writing => writing.Execute(
            "update actors set display_name = 'Gemeente Anders' where uri = @Uri", new { town.Uri }));
        Assert.That(
            (await _a.GetActivityAsync($"/r/{first.Id}")).Body!.ToJsonString(), Is.EqualTo(note.ToJsonString()),
            "what was signed stays as it was, whatever the organisation is called now");
        var revised = (await _a.Get<ReviseAnswer>().ExecuteAsync(
            first.Id, "**Op afspraak.**\n\nBel 14 0998.", first.SourceUrl, _anna, default)).Value!;
        await UntilAsync(first, there => there.BodyHtml == revised.BodyHtml && there.Proof == StatementProof.Valid);

        var second = await OfficialAsync(copy.Id, "Zonder afspraak.", first.Id);
        await UntilAsync(first, there => there.SupersededBy == second.Uri && there.Proof == StatementProof.Valid);
        await UntilAsync(second, there => there.Supersedes == first.Uri && there.IsStanding);
        var changed = await _a.Get<ReviseAnswer>().ExecuteAsync(first.Id, "Toch weer.", null, _anna, default);
        Assert.That(changed.Refusal?.TextKey, Is.EqualTo("error.withdrawn"));

        var withdrawn = (await _a.Get<ReviseAnswer>().WithdrawAsync(
            second.Id, "Het mag niet meer.", _anna, default)).Value!;
        await UntilAsync(second, there => there.WithdrawnReason == "Het mag niet meer."
            && there.WithdrawnAt == withdrawn.WithdrawnAt && there.Proof == StatementProof.Valid);
        Assert.That(
            (await _b.Get<AnswerStore>().ListOfficialAsync(asked.Id, Viewer.Anyone)), Is.Empty);
        var versions = (await _a.GetActivityAsync($"/r/{second.Id}/revisions?page=0")).Body!;
        Assert.That(versions["orderedItems"]!.AsArray(), Has.Count.EqualTo(2));
    }

    private async Task UntilAsync(Answer answer, Func<Answer, bool> holds)
    {
        foreach (var plein in new[] { _b, _c })
        {
            await Until.TrueAsync(
                async () => await plein.Get<AnswerStore>().FindByUriAsync(answer.Uri, Viewer.Anyone) is { } there
                    && holds(there), $"{answer.Uri} is so at {plein.Origin}");
        }
    }

    private async Task<Answer> OfficialAsync(QuestionId question, string body, AnswerId? former)
    {
        var outcome = await _a.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(
                question, body, Source: "https://www.waterveen.example/grofvuil",
                OnBehalfOf: _anna.Organisations[0].Id,
                Official: new OfficialFacts(
                    "Grofvuil", ValidUntil: new DateOnly(2098, 12, 31), ReviewBefore: new DateOnly(2098, 3, 1)),
                Supersedes: former),
            _anna, default);
        Assert.That(outcome.Refusal, Is.Null);
        return outcome.Value!;
    }
}
