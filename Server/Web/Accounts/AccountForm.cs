using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>The form of one's own account.</summary>
internal static class AccountForm
{
    /// <summary>GET /account.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, ActorStore actors, NodeAddresses addresses, Languages languages, Pages pages,
        Failures failures)
    {
        if (caller.Account is not { } account
            || await actors.FindAsync(account.ActorId, http.RequestAborted) is not { } actor)
        {
            return await failures.ShowAsync(http, new Refusal(RefusalKind.SignInNeeded, "problem.403visitor"));
        }

        return await pages.ShowAsync<MyAccountPage, MyAccountModel>(
            http,
            Model(
                account, addresses, account.DisplayName, account.About, languages.Of(http, caller),
                account.MailNotices, actor.IsDiscoverable));
    }

    /// <summary>POST /account.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, ReviseAccount revise, NodeAddresses addresses, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var refusal = await revise.ExecuteAsync(
            form["name"], form["about"], form["language"], form.IsOn("mail"), form.IsOn("discoverable"), caller,
            http.RequestAborted);
        if (refusal is null)
        {
            Languages.Forget(http);
            Notices.Add(http, "account.saved");
            return new SeeOther(Paths.Account);
        }

        return !refusal.KeepsForm || caller.Account is not { } account
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<MyAccountPage, MyAccountModel>(
                http,
                Model(
                    account, addresses, form["name"], form["about"], form["language"], form.IsOn("mail"),
                    form.IsOn("discoverable")) with
                {
                    Errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("displayName", "name")),
                },
                Failures.Status(http, refusal), path: Paths.Account);
    }

    private static MyAccountModel Model(
        Account account, NodeAddresses addresses, string name, string about, string language, bool mail,
        bool discoverable) =>
        new(account.Email ?? "", name, about, language, mail)
        {
            Discoverable = discoverable,
            HasPassword = account.PasswordHash is not null,
            Handle = addresses.Handle(account.Name, null),
        };
}
