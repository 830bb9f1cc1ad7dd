using Microsoft.Extensions.DependencyInjection;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Processes;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.SetAside;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Storage.Votes;

namespace Ontmoetingsplein.Storage;

/// <summary>Adds all stores to a container.</summary>
public static class StorageServices
{
    /// <summary>Adds an open database and the stores on it.</summary>
    /// <param name="services">The container.</param>
    /// <param name="database">From <see cref="Database.OpenAsync"/>; the container disposes of it.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, Database database) => services
        .AddSingleton(_ => database)
        .AddSingleton<AccountStore>()
        .AddSingleton<SessionStore>()
        .AddSingleton<ActorStore>()
        .AddSingleton<FollowStore>()
        .AddSingleton<OtherAccountStore>()
        .AddSingleton<OrganisationStore>()
        .AddSingleton<TopicStore>()
        .AddSingleton<QuestionStore>()
        .AddSingleton<QuestionSearch>()
        .AddSingleton<AnswerStore>()
        .AddSingleton<StatementStore>()
        .AddSingleton<RecognitionStore>()
        .AddSingleton<VoteStore>()
        .AddSingleton<NoticeStore>()
        .AddSingleton<MailStore>()
        .AddSingleton<SetAsideStore>()
        .AddSingleton<SettingStore>()
        .AddSingleton<InboxStore>()
        .AddSingleton<OutboxStore>()
        .AddSingleton<PeerStore>()
        .AddSingleton<ThreadFetchStore>()
        .AddSingleton<ChangeReadStore>()
        .AddSingleton<PeerRuleStore>()
        .AddSingleton<TombstoneStore>()
        .AddSingleton<DeletionLedger>()
        .AddSingleton<TimerStore>()
        .AddSingleton<ProcessStore>()
        .AddSingleton<PostedFormStore>()
        .AddSingleton<ModeratorStore>()
        .AddSingleton<ReportStore>();
}
