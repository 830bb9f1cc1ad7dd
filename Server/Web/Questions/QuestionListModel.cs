using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>All questions, newest first, or only those without an answer.</summary>
public sealed record QuestionListModel(
    IReadOnlyList<QuestionRowView> Questions, PagerLinks? Pages, bool OnlyUnanswered);

/// <summary>What was found.</summary>
/// <param name="Query">As typed.</param>
/// <param name="Count">How many questions in all.</param>
/// <param name="Questions">This page of them.</param>
/// <param name="Pages">Further pages.</param>
public sealed record SearchModel(
    string Query, int Count, IReadOnlyList<QuestionRowView> Questions, PagerLinks? Pages);
