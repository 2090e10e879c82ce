using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Redis.Tests.RateLimiting;

/// <summary>What the one GCRA key of a server granted and refused, by the server's own record and clock.</summary>
internal sealed partial class GcraRecord
{
    // As in TakeGcra.lua: 64 to a microsecond.
    private const long TicksPerMicrosecond = 64;
    private const long Epoch = 1_763_000_000;

    private GcraRecord()
    {
    }

    /// <summary>All questions since the bucket was full last, in the server's order.</summary>
    public List<GcraQuestion> Questions { get; } = [];

    /// <summary>Permits granted since then, and not given back.</summary>
    public int Granted { get; private set; }

    /// <summary>Permits granted before, while fewer were asked for than the rate gives.</summary>
    public int Earlier { get; private set; }

    /// <param name="lines">What the server ran.</param>
    /// <param name="key">A part of the key that no other has.</param>
    /// <param name="interval">Ticks per permit.</param>
    /// <param name="burst">Permits that may be used at once.</param>
    public static GcraRecord Read(IEnumerable<string> lines, string key, long interval, int burst)
    {
        var record = new GcraRecord();
        long begin = 0;
        long full = 0;
        long asked = 0;
        var returning = false;
        foreach (var line in lines.Where(line => line.Contains(key, StringComparison.Ordinal)))
        {
            if (Return().Match(line) is { Success: true } back)
            {
                // Nobody has them, whether or not the bucket was full without them.
                record.Granted -= int.Parse(back.Groups["permits"].ValueSpan, CultureInfo.InvariantCulture);
                returning = true;
            }
            else if (Question().Match(line) is { Success: true } question)
            {
                asked = Ticks(question);
                returning = false;
                record.Questions.Add(new GcraQuestion(Since(begin, asked), record.Granted, burst + (int)((asked - begin) / interval), true));
            }
            else if (Change().Match(line) is { Success: true } change)
            {
                var before = full;
                full = long.Parse(change.Groups["full"].ValueSpan, CultureInfo.InvariantCulture);
                if (returning)
                {
                    continue;
                }

                // Several where permits are leased in chunks.
                var taken = (full - before) / interval;
                if (full - before != taken * interval)
                {
                    // The bucket was full until then.
                    taken = (int)Math.Round((full - asked) / (double)interval);
                    begin = asked;
                    record.Earlier += record.Granted;
                    record.Granted = 0;
                    record.Questions.Clear();
                    record.Questions.Add(new GcraQuestion(TimeSpan.Zero, 0, burst, true));
                }

                record.Granted += (int)taken;
                record.Questions[^1] = record.Questions[^1] with { Refused = false };
            }
        }

        return record;
    }

    private static TimeSpan Since(long begin, long now) => TimeSpan.FromMicroseconds((double)(now - begin) / TicksPerMicrosecond);

    [GeneratedRegex("""^(?<s>\d+)\.(?<us>\d{6}) \[\d+ [^l\]][^\]]*\] "EVALSHA" """)]
    private static partial Regex Question();

    [GeneratedRegex("""^\d+\.\d{6} \[\d+ [^l\]][^\]]*\] "EVALSHA" "\w+" "1" "[^"]+" "g" "(?<permits>\d+)" """)]
    private static partial Regex Return();

    [GeneratedRegex("""^\d+\.\d{6} \[\d+ lua\] "SET" "[^"]+" "(?<full>\d+)" """)]
    private static partial Regex Change();

    private static long Ticks(Match at) => ((long.Parse(at.Groups["s"].ValueSpan, CultureInfo.InvariantCulture) - Epoch) * 1_000_000
        + long.Parse(at.Groups["us"].ValueSpan, CultureInfo.InvariantCulture)) * TicksPerMicrosecond;
}

/// <param name="At">When Redis was asked, since the bucket was full.</param>
/// <param name="Granted">Permits granted before it.</param>
/// <param name="Due">Permits that burst and rate make due by then.</param>
/// <param name="Refused">Whether it was refused.</param>
internal sealed record GcraQuestion(TimeSpan At, int Granted, int Due, bool Refused);
