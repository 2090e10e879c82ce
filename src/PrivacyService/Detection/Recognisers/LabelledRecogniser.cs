using System.Buffers;
using PrivacyService.Detection.Fields;

namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Values that only their label tells, where text has one: <c>password=…</c>, <c>api_key: "…"</c>, <c>dob=1985-04-12</c>. Labels are
/// the names of fields that stand for secrets and dates of birth.
/// </summary>
internal sealed class LabelledRecogniser : IRecogniser
{
    private const int LongestLabel = 40;
    private const int MostWords = 3;
    private const int LongestValue = 512;
    private const int ShortestSecret = 6;
    private const int LongestGap = 3;

    /// <summary>Ends a value that stands without quotes.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'`,;&|<>()[]{}");

    private static readonly string[] Placeholders = ["null", "undefined", "redacted", "removed", "filtered", "hidden", "masked", "secret", "password", "string"];

    public string Anchors => "=:";

    public bool Wants(AnchorShape shape) =>
        shape.Previous is 'a' or 'z' or 'x' or '\'' or ' ' && (shape.Next is not ('=' or ':') && !(shape.First == ':' && shape.Next == '/'));

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var labelEnd = anchor;
        while (labelEnd > 0 && anchor - labelEnd < 2 && text[labelEnd - 1] is ' ' or '"' or '\'')
        {
            labelEnd--;
        }

        if (labelEnd < 2 || !FieldNames.MayEndWith(text[labelEnd - 2], text[labelEnd - 1]))
        {
            return false;
        }

        if (LabelOf(text[..labelEnd]) is not { } field)
        {
            return false;
        }

        var start = anchor + 1;
        while (start < text.Length && start - anchor <= LongestGap && text[start] is ' ' or '"' or '\'')
        {
            start++;
        }

        var quoted = text[start - 1] is '"' or '\'';
        var rest = text.Slice(start, Math.Min(text.Length - start, LongestValue));
        var length = quoted ? rest.IndexOf(text[start - 1]) : rest.IndexOfAny(Ends);
        var value = length < 0 ? rest : rest[..length];
        if (!quoted)
        {
            value = value.TrimEnd(".:!?");
        }

        return field.Type == DataKind.Secret
            ? TrySecret(value, start, spaced: !quoted && start > anchor + 1, out finding)
            : TryDate(value, start, out finding);
    }

    /// <summary>The field that the last word names, or the last few together ("date of birth").</summary>
    private static FieldName? LabelOf(ReadOnlySpan<char> before)
    {
        var start = before.Length;
        for (var words = 0; words < MostWords; words++)
        {
            while (start > 0
                && before.Length - start < LongestLabel
                && (char.IsAsciiLetterOrDigit(before[start - 1]) || before[start - 1] is '_' or '-'))
            {
                start--;
            }

            if (FieldNames.LabelOf(before[start..]) is { } field)
            {
                return field;
            }

            if (start == 0 || before[start - 1] != ' ')
            {
                return null;
            }

            start--;
        }

        return null;
    }

    private static bool TrySecret(ReadOnlySpan<char> value, int start, bool spaced, out Finding finding)
    {
        finding = default;
        if (value.Length < ShortestSecret || IsPlaceholder(value) || (spaced && !value.ContainsAnyInRange('0', '9')))
        {
            return false;
        }

        finding = new Finding(DataKind.Secret, start, value.Length, spaced ? 0.7 : 0.85, "follows a label for secrets");
        return true;
    }

    private static bool TryDate(ReadOnlySpan<char> value, int start, out Finding finding)
    {
        finding = default;
        if (value.IndexOf('T') is > 0 and var time)
        {
            value = value[..time];
        }

        if (!WrittenDate.Is(value))
        {
            return false;
        }

        finding = new Finding(DataKind.DateOfBirth, start, value.Length, 0.9, "a date after a label for dates of birth");
        return true;
    }

    /// <summary>Stars, dots and the like in a secret's place, or what a program writes there.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<char> value)
    {
        if (value.IndexOfAnyExcept(value[0]) < 0 || value[0] is '$' or '%' or '*' or '{')
        {
            return true;
        }

        foreach (var placeholder in Placeholders)
        {
            if (value.Trim("[]<>*").Equals(placeholder, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
