using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's first page and its forms.</summary>
internal sealed class Administer(
    TopicStore topics, ModeratorStore moderators, FollowStore follows, ActorStore actors, ShowDeliveries servers,
    NodeSettings settings, NodeAddresses addresses, Pages pages)
{
    private const int MostHosts = 10;

    /// <summary>GET /beheer.</summary>
    public static Task<IResult> ShowAsync(HttpContext http, Administer administer) =>
        administer.PageAsync(http, model => model);

    /// <summary>POST /beheer: names the node and says how its keeper is reached.</summary>
    public static async Task<IResult> SubmitDetailsAsync(HttpContext http, DescribeNode describe, Administer administer)
    {
        var form = await Posted.ReadAsync(http);
        var typed = new DescribeNode.Form(
            form["name"], form["contactMail"], form["contactPhone"], form["statement"]);
        return await describe.ExecuteAsync(typed, http.RequestAborted) is { } refusal
            ? await administer.AgainAsync(
                http, "name", refusal,
                model => model with
                {
                    Name = typed.Name,
                    ContactMail = typed.ContactMail,
                    ContactPhone = typed.ContactPhone,
                    Statement = typed.Statement,
                })
            : Done(http, "admin.saved");
    }

    /// <summary>POST /beheer/onderwerpen: adds a topic.</summary>
    public static async Task<IResult> SubmitTopicAsync(
        HttpContext http, Caller caller, CreateTopic create, Administer administer)
    {
        var form = await Posted.ReadAsync(http);
        var outcome = await create.ExecuteAsync(Form(form, form["slug"]), caller, http.RequestAborted);
        return outcome.Refusal is { } refusal
            ? await administer.AgainAsync(
                http, "new", refusal, model => model with { NewTopic = Typed(form, form["slug"]) })
            : Done(http, "admin.topicSaved");
    }

    /// <summary>POST /beheer/onderwerpen/{slug}: changes a topic.</summary>
    public static async Task<IResult> SubmitTopicChangeAsync(
        HttpContext http, Caller caller, string slug, TopicStore topics, CreateTopic create, Administer administer,
        Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var outcome = await topics.FindLocalAsync(slug, http.RequestAborted) is { } topic
            ? await create.ReviseAsync(topic.Id, Form(form, slug), caller, http.RequestAborted)
            : new Refusal(RefusalKind.NotFound, "problem.404text");
        return outcome.Refusal switch
        {
            null => Done(http, "admin.topicSaved"),
            { KeepsForm: true } refusal => await administer.AgainAsync(
                http, slug, refusal,
                model => model with
                {
                    Topics =
                    [
                        .. model.Topics.Select(one => one.Slug == slug
                            ? Typed(form, slug) with { Moderators = one.Moderators }
                            : one),
                    ],
                }),
            var refusal => await failures.ShowAsync(http, refusal),
        };
    }

    /// <summary>POST /beheer/onderwerpen/{slug}/moderatoren: appoints or dismisses a moderator.</summary>
    public static async Task<IResult> SubmitModeratorAsync(
        HttpContext http, Caller caller, string slug, AppointModerator appoint, Administer administer,
        Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var on = form.IsOn("on");
        var outcome = await appoint.ExecuteAsync(slug, form["handle"], on, caller, http.RequestAborted);
        return outcome.Refusal switch
        {
            null => Done(http, on ? "admin.moderatorAdded" : "admin.moderatorRemoved"),
            { KeepsForm: true } refusal => await administer.AgainAsync(
                http, AdministrationModel.ModeratorForm(slug), refusal,
                model => model with { Moderator = form["handle"] }),
            var refusal => await failures.ShowAsync(http, refusal),
        };
    }

    /// <summary>POST /beheer/volgen: follows a topic of another node.</summary>
    public static async Task<IResult> SubmitFollowAsync(
        HttpContext http, Caller caller, FollowTopic follow, Administer administer)
    {
        var form = await Posted.ReadAsync(http);
        var outcome = form["handle"].Trim().Length == 0
            ? Refusal.Invalid(new FieldFault("handle", "error.handle"))
            : await follow.FollowRemoteAsync(form["handle"], caller, http.RequestAborted);
        return outcome.Refusal is { } refusal
            ? await administer.AgainAsync(http, "follow", refusal, model => model with { Handle = form["handle"] })
            : Done(http, "admin.followAsked");
    }

    /// <summary>POST /beheer/volgen/{id}/stoppen.</summary>
    public static async Task<IResult> SubmitStopAsync(
        HttpContext http, Caller caller, long id, FollowTopic follow, Failures failures)
    {
        var outcome = await follow.UnfollowRemoteAsync(new ActorId(id), caller, http.RequestAborted);
        return outcome.Refusal is { } refusal ? await failures.ShowAsync(http, refusal) : Done(http, "admin.stopped");
    }

    private static SeeOther Done(HttpContext http, string notice)
    {
        Notices.Add(http, notice);
        return new SeeOther(Paths.Administration + Paths.Top);
    }

    private static CreateTopic.Form Form(Posted form, string slug) =>
        new(slug, form["name"], form["description"], form["icon"], form.Key);

    private static TopicForm Typed(Posted form, string slug) =>
        new(slug, form["name"], form["description"], form["icon"]);

    private async Task<IResult> AgainAsync(
        HttpContext http, string form, Refusal refusal, Func<AdministrationModel, AdministrationModel> typed)
    {
        var errors = Failures.Errors(await pages.TextsAsync(http), refusal);
        return await PageAsync(
            http, model => typed(model) with { FaultyForm = form, Errors = errors }, Failures.Status(http, refusal));
    }

    private async Task<IResult> PageAsync(
        HttpContext http, Func<AdministrationModel, AdministrationModel> change, int status = StatusCodes.Status200OK)
    {
        var cancel = http.RequestAborted;
        var node = await actors.FindByUriAsync(addresses.Node, cancel)
            ?? throw new InvalidOperationException("The node has no actor.");
        var appointed = (await moderators.ListAllAsync(cancel)).ToLookup(one => one.TopicId);
        var details = await settings.DetailsAsync(cancel);
        var model = new AdministrationModel
        {
            Name = details.Name,
            ContactMail = details.ContactMail ?? "",
            ContactPhone = details.ContactPhone ?? "",
            Statement = details.Statement?.AbsoluteUri ?? "",
            Topics =
            [
                .. (await topics.ListAsync(cancel)).Where(topic => topic.Host is null)
                    .Select(topic => new TopicForm(topic.Slug, topic.Name, topic.Description, topic.Icon)
                    {
                        Moderators =
                        [
                            .. appointed[topic.Id].Select(one => new ModeratorView(
                                one.DisplayName, addresses.Handle(one.Name, one.Host), one.Uri)),
                        ],
                    }),
            ],
            Following =
            [
                .. (await follows.ListTargetsAsync(node.Id, cancel)).Select(follow => new FollowedTopic(
                    follow.Target.Id.Value, follow.Target.DisplayName,
                    addresses.Handle(follow.Target.Name, follow.Target.Host),
                    follow.State == FollowState.Accepted)),
            ],
            Waiting = await servers.ListAsync(null, all: false, MostHosts, cancel),
        };
        return await pages.ShowAsync<AdministrationPage, AdministrationModel>(
            http, change(model), status, path: Paths.Administration);
    }
}
