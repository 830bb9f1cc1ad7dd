namespace Ontmoetingsplein.Forum.Settings;

/// <summary>The node cannot be started; the message says how to mend it.</summary>
internal sealed class SetupException(string message) : Exception(message);
