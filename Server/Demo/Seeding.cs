using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Demo;

/// <summary>
/// Fills a node with the people, questions and answers of the seed data, through the same verbs as everybody.
/// </summary>
internal sealed class Seeding(IServiceProvider services, SeedData data, TimeProvider clock)
{
    /// <summary>Everybody of the demo signs in with this.</summary>
    public const string Password = "welkom-op-het-plein";

    private readonly Dictionary<string, Caller> callers = new(StringComparer.Ordinal);
    private readonly string passwordHash = Passwords.Hash(Password);
    private readonly Database database = services.GetRequiredService<Database>();

    /// <summary>Adds what the seed data has for a node.</summary>
    /// <param name="node">Slug of the organisation that runs it.</param>
    /// <param name="cancellationToken">Stops between questions.</param>
    public async Task ExecuteAsync(string node, CancellationToken cancellationToken)
    {
        var topics = services.GetRequiredService<TopicStore>();
        foreach (var seed in data.Questions.Where(q => q.Node == node).OrderByDescending(q => q.AskedDaysAgo))
        {
            if (await topics.FindLocalAsync(seed.Topic.Replace('-', '_'), cancellationToken) is { } topic)
            {
                await AskAsync(seed, topic.Id, cancellationToken);
            }
        }
    }

    /// <summary>A person of the demo, made when first needed.</summary>
    /// <param name="name">The name people read.</param>
    /// <param name="role">What they may do.</param>
    /// <param name="organisation">Name of an organisation of this node that they act for.</param>
    public async Task<Caller> PersonAsync(string name, Role role = Role.Member, string? organisation = null)
    {
        if (callers.TryGetValue(name, out var known))
        {
            return known;
        }

        var accounts = services.GetRequiredService<AccountStore>();
        var create = services.GetRequiredService<CreateAccount>();
        var organisations = organisation is null ? [] : await OrganisationsAsync(organisation, create);
        var actor = await database.WriteAsync(writing =>
        {
            var email = $"{AccountRules.Handles(name).First()}@voorbeeld.example";
            var made = create.Execute(writing, name, email, role, passwordHash: passwordHash)
                ?? throw new InvalidOperationException($"{name} is there already.");
            foreach (var one in organisations)
            {
                AccountStore.Join(writing, one.Id, made.Id);
            }

            return made;
        });
        var caller = new Caller(await accounts.FindAsync(actor.Id), organisations);
        callers.Add(name, caller);
        return caller;
    }

    private async Task<IReadOnlyList<Actor>> OrganisationsAsync(string name, CreateAccount create)
    {
        var actors = services.GetRequiredService<ActorStore>();
        var known = (await actors.ListOrganisationsAsync()).FirstOrDefault(actor => actor.DisplayName == name);
        return [known ?? (await database.WriteAsync(w => create.AddActor(w, name, ActorKind.Organisation)))!];
    }

    private async Task AskAsync(SeedQuestion seed, ActorId topic, CancellationToken cancellationToken)
    {
        var ask = services.GetRequiredService<AskQuestion>();
        var asker = await PersonAsync(seed.Author);
        var moment = clock.GetUtcNow().AddDays(-seed.AskedDaysAgo).AddMinutes(-37);
        var asked = await ask.ExecuteAsync(
            new AskQuestion.Form(seed.Title, seed.Body, topic), asker, cancellationToken, moment);
        if (!asked.IsDone(out var question, out var refusal))
        {
            throw new InvalidOperationException($"{seed.Id}: {string.Join(", ", refusal.Faults)} {refusal.TextKey}");
        }

        var give = services.GetRequiredService<GiveAnswer>();
        foreach (var answer in seed.Answers)
        {
            var name = answer.Organisation is { } slug
                ? data.Organisations.First(organisation => organisation.Slug == slug).Name
                : null;
            var who = await PersonAsync(answer.AnsweredBy ?? answer.Author ?? name!, organisation: name);
            var body = answer.Lead is null ? answer.Text : $"**{answer.Lead}**\n\n{answer.Text}";
            var at = moment.AddDays(answer.AfterDays).AddHours(3);
            var now = clock.GetUtcNow();
            var given = await give.ExecuteAsync(
                new GiveAnswer.Form(
                    question.Id, body, Source: answer.Source?.Url,
                    OnBehalfOf: who.Organisations.Count > 0 ? who.Organisations[0].Id : null,
                    Official: new OfficialFacts(
                        answer.Source?.Title,
                        ValidUntil: answer.ValidDays is { } days ? Times.Day(now.AddDays(days)) : null,
                        ReviewedBy: answer.AnsweredBy)),
                who, cancellationToken, at < now ? at : now.AddMinutes(-5));
            if (given.IsDone(out var made, out _) && answer.ChosenByAsker)
            {
                await services.GetRequiredService<ReviseQuestion>()
                    .AcceptAsync(question.Id, made.Id, asker, cancellationToken);
            }
        }
    }
}
