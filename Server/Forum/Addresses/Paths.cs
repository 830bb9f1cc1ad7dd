namespace Ontmoetingsplein.Forum.Addresses;

/// <summary>The addresses of all pages and forms, in one place for routes, pages and mails.</summary>
public static class Paths
{
    /// <summary>The head of any page (HTML, "select the indicated part").</summary>
    public const string Top = "#top";
    public const string Home = "/";
    public const string Ask = "/stel-een-vraag";
    public const string Search = "/zoeken";
    public const string Questions = "/vragen";
    public const string Unanswered = "/vragen/zonder-antwoord";
    public const string Topics = "/onderwerpen";
    public const string FollowElsewhere = "/onderwerpen/volgen";
    public const string About = "/over";
    public const string Rules = "/spelregels";
    public const string Privacy = "/privacy";
    public const string Accessibility = "/toegankelijkheid";

    public const string Health = "/healthz";

    public const string SignIn = "/inloggen";
    public const string SignInLink = "/inloggen/link";
    public const string SignInUse = "/inloggen/link/gebruiken";
    public const string SignInPassword = "/inloggen/wachtwoord";
    public const string SignOut = "/uitloggen";
    public const string Welcome = "/welkom";
    public const string Account = "/account";
    public const string AccountPassword = "/account/wachtwoord";
    public const string AccountMove = "/account/verhuizen";
    public const string AccountMoveAdd = "/account/verhuizen/toevoegen";
    public const string AccountMoveRemove = "/account/verhuizen/weghalen";
    public const string AccountMoveBack = "/account/verhuizen/blijven";

    public const string Reports = "/meldingen";

    /// <summary>Value of the query key "toon": reports that were dealt with.</summary>
    public const string HandledReports = "klaar";

    public const string Administration = "/beheer";
    public const string AdministrationTopics = "/beheer/onderwerpen";
    public const string AdministrationFollow = "/beheer/volgen";
    public const string Hosts = "/beheer/toegang";
    public const string Organisations = "/beheer/organisaties";
    public const string OrganisationRegister = "/beheer/organisaties/register";
    public const string ApplyHosts = "/beheer/toegang/doorvoeren";

    public const string SetAside = "/beheer/apart";
    public const string AdministrationServers = "/beheer/servers";

    /// <summary>Value of the query key "toon": also servers for which nothing waits.</summary>
    public const string AllServers = "alle";

    /// <summary>The last parts of addresses that forms about a server are sent to.</summary>
    public const string RetryOrder = "opnieuw";
    public const string ParkOrder = "parkeren";
    public const string ForgetOrder = "vergeten";
    public const string DropOrder = "weg";

    /// <summary>Name of the query key and hidden field that holds where to go after signing in.</summary>
    public const string ReturnField = "terug";

    public static string Question(long id) => $"/q/{id}";

    public static string EditQuestion(long id) => $"/q/{id}/wijzigen";

    public static string DeleteQuestion(long id) => $"/q/{id}/verwijderen";

    public static string FollowQuestion(long id) => $"/q/{id}/volgen";

    public static string SameQuestion(long id) => $"/q/{id}/ook";

    public static string LockQuestion(long id) => $"/q/{id}/sluiten";

    public static string PinQuestion(long id) => $"/q/{id}/vastzetten";

    public static string MoveQuestion(long id) => $"/q/{id}/verplaatsen";

    public static string MarkDuplicate(long id) => $"/q/{id}/dubbel";

    public static string ReportQuestion(long id) => $"/q/{id}/melden";

    public static string ReportReply(long id) => $"/r/{id}/melden";

    public static string HandleReport(long id) => $"{Reports}/{id}";

    public static string Answers(long questionId) => $"/q/{questionId}/antwoorden";

    /// <summary>An answer or comment in its question, not its own address.</summary>
    public static string Reply(long questionId, long id) => $"/q/{questionId}#r{id}";

    public static string EditReply(long id) => $"/r/{id}/wijzigen";

    public static string WithdrawReply(long id) => $"/r/{id}/intrekken";

    public static string DeleteReply(long id) => $"/r/{id}/verwijderen";

    public static string Helpful(long id) => $"/r/{id}/nuttig";

    public static string Accept(long id) => $"/r/{id}/aanvaarden";

    public static string Comments(long answerId) => $"/r/{answerId}/reacties";

    public static string Topic(string slug) => $"/o/{slug}";

    public static string FollowTopic(string slug) => $"/o/{slug}/volgen";

    public static string Person(string name) => $"/p/{name}";

    public static string EditTopic(string slug) => $"{AdministrationTopics}/{slug}";

    public static string Moderators(string slug) => $"{AdministrationTopics}/{slug}/moderatoren";

    public static string Organisation(long id) => $"{Organisations}/{id}";

    public static string EndOrganisation(long id) => $"{Organisations}/{id}/stoppen";

    public static string CheckOrganisation(long id) => $"{Organisations}/{id}/controleren";

    public static string AttestOrganisation(long id) => $"{Organisations}/{id}/bevestigen";

    public static string HoldAttestation(long id) => $"{Organisations}/{id}/tonen";

    public static string RevokeAttestation(long id) => $"{Organisations}/bevestigd/{id}/intrekken";

    public static string StopFollowing(long id) => $"{AdministrationFollow}/{id}/stoppen";

    /// <summary>The page about other servers, after one of them.</summary>
    public static string Servers(bool all, string? after = null) => AdministrationServers
        + (all ? $"?toon={AllServers}" : "")
        + (after is null ? "" : $"{(all ? '&' : '?')}na={Uri.EscapeDataString(after)}");

    /// <summary>What was set aside, before one of them.</summary>
    public static string SetAsideBefore(long id) => $"{SetAside}?voor={id}";

    /// <summary>A form about one thing that was set aside, or about all.</summary>
    public static string SetAsideOrder(string order, long? id = null) =>
        id is { } one ? $"{SetAside}/{one}/{order}" : $"{SetAside}/{order}";

    public static string ServerOrder(string order) => $"{AdministrationServers}/{order}";

    public static string SearchFor(string terms) => $"{Search}?q={Uri.EscapeDataString(terms)}";

    public static string AskAbout(string title) => $"{Ask}?title={Uri.EscapeDataString(title)}";

    public static string AskIn(string topic) => $"{Ask}?topic={Uri.EscapeDataString(topic)}";

    public static string SignInThen(string path) => $"{SignIn}?{ReturnField}={Uri.EscapeDataString(path)}";

    /// <summary>The same page in another language.</summary>
    public static string In(string language, string path)
    {
        var fragmentless = path.Split('#')[0];
        var mark = fragmentless.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
            return $"{fragmentless}?lang={language}";
        var kept = fragmentless[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => !pair.StartsWith("lang=", StringComparison.Ordinal));
        return $"{fragmentless[..mark]}?{string.Join('&', [.. kept, "lang=" + language])}";
    }
}
