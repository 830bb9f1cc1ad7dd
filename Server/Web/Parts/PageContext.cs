using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>What every component of a page may use, handed down once: the frame, the words and the times.</summary>
public sealed class PageContext(PageFrame frame)
{
    public PageFrame Frame { get; } = frame;

    public Texts Texts { get; } = Texts.For(frame.Language, frame.FormOfAddress);

    internal Times Times => field ??= new Times(Texts, Frame.Now);
}
