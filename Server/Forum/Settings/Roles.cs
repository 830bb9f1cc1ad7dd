namespace Ontmoetingsplein.Forum.Settings;

/// <summary>What a process does for the node; several processes on one PostgreSQL may share the work.</summary>
[Flags]
internal enum Roles
{
    /// <summary>Takes requests of people and peers.</summary>
    Web = 1,

    /// <summary>Works off the inbox, delivers, mails and keeps house.</summary>
    Worker = 2,

    /// <summary>Everything.</summary>
    All = Web | Worker,
}
