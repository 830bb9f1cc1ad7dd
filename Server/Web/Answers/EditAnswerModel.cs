using System.Collections.ObjectModel;
using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Answers;

/// <summary>The form to change an answer or a comment.</summary>
/// <param name="Id">Of the answer or comment.</param>
/// <param name="QuestionId">Of the question it stands under.</param>
/// <param name="QuestionTitle">Plain text.</param>
/// <param name="Text">As typed.</param>
public sealed record EditAnswerModel(long Id, long QuestionId, string QuestionTitle, string Text)
{
    /// <summary>The reader may change the text; a moderator may only delete what somebody else wrote.</summary>
    public bool CanRevise { get; init; } = true;

    public bool IsComment { get; init; }

    /// <summary>The reader wrote it, or speaks for who did; else the reader moderates.</summary>
    public bool IsOwn { get; init; } = true;

    /// <summary>What is asked besides for an official answer; null for any other.</summary>
    public OfficialForm? Official { get; init; }

    /// <summary>Why an official answer is withdrawn, as typed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Fields: text, source, those of <see cref="OfficialForm"/>; reason.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Web address where it was found; comments have none.</summary>
    public string Source { get; init; } = "";
}
