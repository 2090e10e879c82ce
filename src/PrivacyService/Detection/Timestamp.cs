using System.Runtime.CompilerServices;

namespace PrivacyService.Detection;

/// <summary>
/// Dates and times of day as machines write them: 2024-11-21T04:42:21.123Z, 2024-11-21 04:42:21, and the 04:42:21 in syslog's and web servers'. They
/// are most of the anchors in a log and no part of what is looked for, so they are stepped over as one. What only looks like one is not: a piece of
/// a longer row of pairs (a hardware address), or digits that go on.
/// </summary>
internal static class Timestamp
{
    private const int YearDigits = 4;
    private const int PairDigits = 2;
    private const int DateLength = 10;
    private const int TimeLength = 8;
    private const int LongestFraction = 9;

    /// <summary>Where the stamp that begins with a run of digits ends, or where it begins if it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int End(ReadOnlySpan<char> text, int start, int runEnd) => (runEnd - start) switch
    {
        YearDigits when IsAt(text, runEnd, '-') => DateEnd(text, start),
        PairDigits when IsAt(text, runEnd, ':') => TimeEnd(text, start),
        _ => start,
    };

    private static int DateEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start + DateLength;
        if (end > text.Length || !IsPair(text, start + 5) || text[start + 7] != '-' || !IsPair(text, start + 8))
        {
            return start;
        }

        if (IsAt(text, end, 'T') || IsAt(text, end, ' '))
        {
            var time = TimeEnd(text, end + 1);
            return time > end + 1 ? time : text[end] == 'T' ? start : end;
        }

        return GoesOn(text, end) || IsAt(text, end, '-') ? start : end;
    }

    private static int TimeEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start + TimeLength;
        if (end > text.Length
            || text[start] > '2' || !IsPair(text, start)
            || text[start + 2] != ':' || text[start + 3] > '5' || !IsPair(text, start + 3)
            || text[start + 5] != ':' || text[start + 6] > '6' || !IsPair(text, start + 6))
        {
            return start;
        }

        if (IsAt(text, end, '.') && GoesOn(text, end + 1))
        {
            end = FractionEnd(text, end + 1);
        }

        end = ZoneEnd(text, end);
        return GoesOn(text, end) || IsAt(text, end, ':') || (IsAt(text, end, '.') && GoesOn(text, end + 1)) ? start : end;
    }

    private static int FractionEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < LongestFraction && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end;
    }

    private static int ZoneEnd(ReadOnlySpan<char> text, int start)
    {
        if (IsAt(text, start, 'Z'))
        {
            return start + 1;
        }

        if (!(IsAt(text, start, '+') || IsAt(text, start, '-')) || start + 3 > text.Length || text[start + 1] > '1' || !IsPair(text, start + 1))
        {
            return start;
        }

        var minutes = start + 3 + (IsAt(text, start + 3, ':') ? 1 : 0);
        return minutes + PairDigits <= text.Length && IsPair(text, minutes) && !GoesOn(text, minutes + PairDigits) ? minutes + PairDigits : start;
    }

    private static bool IsAt(ReadOnlySpan<char> text, int index, char character) => (uint)index < (uint)text.Length && text[index] == character;

    private static bool IsPair(ReadOnlySpan<char> text, int index) => char.IsAsciiDigit(text[index]) && char.IsAsciiDigit(text[index + 1]);

    private static bool GoesOn(ReadOnlySpan<char> text, int index) => (uint)index < (uint)text.Length && char.IsLetterOrDigit(text[index]);
}
