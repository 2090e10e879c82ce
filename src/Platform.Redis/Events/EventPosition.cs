using System.Buffers;
using System.Globalization;

namespace Platform.Redis.Events;

/// <summary>
/// Where a reader stands: <c>&lt;epoch&gt;-&lt;milliseconds&gt;-&lt;sequence&gt;</c>, such as <c>644d8f1c2a3b4-1763683200000-3</c>. Opaque to clients, who
/// send it back as <c>Last-Event-ID</c>; good on every replica and after every restart.
/// </summary>
/// <param name="Epoch">
/// Which life of the stream: it changes when the stream was flushed, expired or deleted and then started anew. Up to 16 hexadecimal digits;
/// empty where it is not known, as in ids that were given before epochs, or where the stream does not exist yet.
/// </param>
/// <param name="Time">The entry's time in Unix milliseconds, by Redis's clock.</param>
/// <param name="Sequence">Its number within the millisecond.</param>
public readonly record struct EventPosition(string Epoch, ulong Time, ulong Sequence)
{
    private const int LongestEpoch = 16;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Before the first entry of a stream, whichever its epoch.</summary>
    public static readonly EventPosition Beginning = new("", 0, 0);

    /// <summary>Reads what a client sent back.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="position">Where it stands: <see cref="Beginning"/> where it is none.</param>
    /// <returns>False where no stream can have given it.</returns>
    public static bool TryParse(string? text, out EventPosition position)
    {
        position = Beginning;
        var epoch = "";
        var rest = text.AsSpan();
        if (rest.Count('-') == 2)
        {
            var end = rest.IndexOf('-');
            if (end is 0 or > LongestEpoch || rest[..end].ContainsAnyExcept(Hexadecimal))
            {
                return false;
            }

            epoch = rest[..end].ToString();
            rest = rest[(end + 1)..];
        }

        // Nothing follows the greatest id there is, and Redis refuses to look.
        var dash = rest.IndexOf('-');
        if (dash < 0 || !IsNumber(rest[..dash], out var time) || !IsNumber(rest[(dash + 1)..], out var sequence)
            || (time, sequence) == (ulong.MaxValue, ulong.MaxValue))
        {
            return false;
        }

        position = new EventPosition(epoch, time, sequence);
        return true;
    }

    /// <summary>Reads what a stream gave.</summary>
    /// <exception cref="FormatException">No stream gave it.</exception>
    public static EventPosition Parse(string text) =>
        TryParse(text, out var position) ? position : throw new FormatException("This is no position in a stream.");

    /// <summary>Whether who has read this one has read the other too: the same life of the stream, and not before it.</summary>
    public bool Covers(EventPosition other) =>
        (Epoch == other.Epoch || Epoch.Length == 0 || other.Epoch.Length == 0)
        && (Time, Sequence).CompareTo((other.Time, other.Sequence)) >= 0;

    /// <summary>As clients get it.</summary>
    public override string ToString() => Join(Epoch, Entry);

    /// <summary>As Redis knows it within the stream.</summary>
    internal string Entry => string.Create(CultureInfo.InvariantCulture, $"{Time}-{Sequence}");

    internal static string Join(string epoch, string entry) => epoch.Length == 0 ? entry : string.Concat(epoch, "-", entry);

    private static bool IsNumber(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
