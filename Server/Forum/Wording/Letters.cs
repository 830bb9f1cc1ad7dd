using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>What a character does in a text that people read.</summary>
internal enum Letter
{
    /// <summary>Is seen.</summary>
    Ink,

    /// <summary>Is seen perhaps: of no script that a font knows.</summary>
    Unknown,

    Space,

    Break,

    /// <summary>Is put on, above or below the one before it.</summary>
    Mark,

    /// <summary>Chooses a form of the one before it.</summary>
    Selector,

    /// <summary>Tells how its neighbours are joined, or that a line may end there.</summary>
    Joiner,

    /// <summary>A letter of no width that says which way is on.</summary>
    Direction,

    /// <summary>Part of the flag of a region.</summary>
    Tag,

    /// <summary>Does nothing that anybody sees.</summary>
    Nothing,
}

/// <summary>The characters of Unicode by what they do in a text.</summary>
internal static class Letters
{
    /// <summary>What a character does.</summary>
    public static Letter Of(Rune rune) => rune.Value switch
    {
        '\n' or '\v' or '\f' or '\r' or 0x85 or 0x2028 or 0x2029 => Letter.Break,
        < 0x20 or (>= 0x7F and < 0xA0) => Letter.Space,
        < 0x7F => rune.Value == ' ' ? Letter.Space : Letter.Ink,
        // Looks like a space, but is a letter or a sign: half-width and full Hangul filler, empty Braille cell.
        0x2800 or 0x3164 or 0xFFA0 => Letter.Space,
        0x200B or 0x200C or 0x200D => Letter.Joiner,
        0x200E or 0x200F or 0x61C => Letter.Direction,
        (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or (>= 0x180B and <= 0x180F) => Letter.Selector,
        >= 0xE0020 and <= 0xE007F => Letter.Tag,
        // Signs of Arabic, Syriac and Kaithi that stand around digits count as format, and are seen.
        (>= 0x600 and <= 0x605) or 0x6DD or 0x70F or 0x890 or 0x891 or 0x8E2 or 0x110BD or 0x110CD => Letter.Ink,
        // Default_Ignorable_Code_Point of other kinds (Unicode, DerivedCoreProperties.txt), and signs without a shape.
        0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2065 or 0xFFFC or 0x16FE4 or 0x1D159 => Letter.Nothing,
        (>= 0xFFF0 and <= 0xFFFB) or (>= 0xE0000 and <= 0xE0FFF) => Letter.Nothing,
        _ => OfCategory(rune),
    };

    /// <summary>Whether its script needs characters of no width between letters, to join or to part words.</summary>
    public static bool TakesJoiners(Rune rune) => rune.Value is (>= 0x600 and < 0x1E00) or (>= 0x2190 and < 0x2C00)
        or (>= 0xA800 and < 0xAC00) or (>= 0xFB50 and < 0xFE00) or (>= 0xFE70 and < 0xFF00) or >= 0x10A00
        || rune.Value is 0xA9 or 0xAE or 0x2640 or 0x2642 or 0x3030;

    /// <summary>Whether a character has forms that a selector chooses from.</summary>
    public static bool TakesSelector(Rune rune, Rune selector) => selector.Value switch
    {
        >= 0x180B and <= 0x180F => rune.Value is >= 0x1800 and < 0x18B0,
        >= 0xE0100 => rune.Value >= 0x2E80,
        _ => rune.Value >= 0x2000 || TakesJoiners(rune) || rune.Value is '#' or '*' or (>= '0' and <= '9'),
    };

    /// <summary>Whether a mark is of no script: it goes on any letter (the blocks of combining marks).</summary>
    public static bool IsCommonMark(Rune rune) => rune.Value is (>= 0x300 and < 0x370) or (>= 0x1AB0 and < 0x1B00)
        or (>= 0x1DC0 and < 0x1E00) or (>= 0x20D0 and < 0x2100) or (>= 0xFE20 and < 0xFE30);

    private static Letter OfCategory(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator => Letter.Space,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
            Letter.Mark,
        UnicodeCategory.Control or UnicodeCategory.Format => Letter.Nothing,
        UnicodeCategory.PrivateUse => Letter.Unknown,
        // New letters and pictures stand here until the runtime knows them; noncharacters never will.
        UnicodeCategory.OtherNotAssigned =>
            (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF ? Letter.Nothing : Letter.Unknown,
        _ => Letter.Ink,
    };
}
