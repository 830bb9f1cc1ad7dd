using System.Globalization;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Number::toString of ECMAScript (ECMA-262 §6.1.6.1.20), as RFC 8785 §3.2.2.3 asks.</summary>
internal static class CanonicalNumber
{
    /// <summary>Writes a finite number.</summary>
    public static string Format(double number)
    {
        if (number == 0)
            return "0";
        // "E16" would round; "R" gives the shortest digits that read back as the same double, in .NET's own layout.
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var (digits, point) = Split(text);
        return (number < 0 ? "-" : "") + Lay(digits, point);
    }

    /// <summary>The digits without zeros at either end, and how many of them stand before the decimal point.</summary>
    private static (string Digits, int Point) Split(string text)
    {
        var exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = dot < 0 ? mantissa.Length : dot;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimStart('0');
        return (significant.TrimEnd('0'), point + exponent - (digits.Length - significant.Length));
    }

    private static string Lay(string digits, int point)
    {
        if (point is > 0 and <= 21)
        {
            return digits.Length <= point
                ? digits.PadRight(point, '0')
                : $"{digits.AsSpan(0, point)}.{digits.AsSpan(point)}";
        }
        if (point is > -6 and <= 0)
            return $"0.{new string('0', -point)}{digits}";
        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        var exponent = point - 1;
        return string.Create(
            CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
    }
}
