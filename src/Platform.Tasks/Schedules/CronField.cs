using System.Globalization;
using System.Numerics;

namespace Platform.Tasks.Schedules;

/// <summary>One field of a cron expression: its name, its values, and the words that stand for some of them.</summary>
internal sealed class CronField(string name, int least, int most, string[] words, int firstWord)
{
    public static readonly CronField Minute = new("minute", 0, 59, [], 0);
    public static readonly CronField Hour = new("hour", 0, 23, [], 0);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, [], 0);

    public static readonly CronField Month =
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], firstWord: 1);

    /// <summary>Sunday is 0 and 7, so that a range may end with it.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], firstWord: 0);

    /// <returns>A bit for each value.</returns>
    /// <exception cref="CronFormatException">It says what to change.</exception>
    public ulong Parse(string text)
    {
        var bits = 0ul;
        foreach (var part in text.Split(','))
        {
            bits |= ParsePart(part);
        }

        return bits;
    }

    private ulong ParsePart(string part)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? part : part[..slash];
        var step = slash < 0 ? 1 : Step(part[(slash + 1)..]);
        var (from, to) = range == "*" ? (least, most) : Range(range);
        if (slash >= 0 && range != "*" && !range.Contains('-', StringComparison.Ordinal))
        {
            // Some take 5/15 for 5-59/15, others for 5 alone.
            throw Wrong($"write the step after a range: '{from}-{Last}/{step}' in place of '{part}'");
        }

        var bits = 0ul;
        for (var value = from; value <= (range == "*" ? Last : to); value += step)
        {
            bits |= 1ul << value;
        }

        return bits;
    }

    private (int From, int To) Range(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            var value = Value(text);
            return (value, value);
        }

        var (from, to) = (Value(text[..dash]), Value(text[(dash + 1)..]));
        if (to == 0 && most == 7 && from > 0)
        {
            to = 7;
        }

        return from <= to ? (from, to) : throw Wrong($"a range begins with its lower end: write '{from}-{Last},{least}-{to}' in place of '{text}'");
    }

    private int Value(string text)
    {
        var word = Array.FindIndex(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0)
        {
            return word + firstWord;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Wrong($"'{text}' is not one of {least} to {most}{(words.Length == 0 ? "" : $" or {words[0]} to {words[^1]}")}; write values, ranges a-b, steps */n or a-b/n, or *, with commas between them");
    }

    private int Step(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= Last
        ? step
        : throw Wrong($"the step '{text}' is not a number from 1 to {Last}");

    /// <summary>Sunday as 7 only ends ranges that somebody wrote.</summary>
    private int Last => most == 7 ? 6 : most;

    private CronFormatException Wrong(string what) => new($"In the field {name}, {what}.");

    /// <summary>The least value of the bits that is not below <paramref name="from"/>; null when there is none.</summary>
    public static int? Next(ulong bits, int from)
    {
        var left = from > 63 ? 0 : bits >> from << from;
        return left == 0 ? null : BitOperations.TrailingZeroCount(left);
    }
}

/// <summary>A cron expression is not one; the message says what to change.</summary>
internal sealed class CronFormatException(string message) : FormatException(message);
