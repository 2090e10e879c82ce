using System.Buffers;

namespace Platform.Redis.Keys;

/// <summary>The grammar of keys: <c>&lt;prefix&gt;&lt;family&gt;:v&lt;n&gt;:{&lt;partition&gt;}[:&lt;part&gt;]</c>.</summary>
internal static class KeyGrammar
{
    public const int LongestSegment = 128;

    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create(Lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits + "_.-");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(Lower + Digits + "-");

    private static readonly SearchValues<char> PrefixCharacters =
        SearchValues.Create(Lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits + "_.:-");

    /// <summary>Partitions and parts: what can neither move a key to another slot nor change its family.</summary>
    public static bool IsSegment(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= LongestSegment && !text.ContainsAnyExcept(SegmentCharacters);

    /// <summary>Whether two keys are in one slot of every cluster: both have the same hash tag.</summary>
    public static bool Together(string? one, string? other) => Partition(one) is { Length: > 0 } partition && partition.SequenceEqual(Partition(other));

    /// <summary>Names of families and channels: kebab-case.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterLower(text[0]) && !text.ContainsAnyExcept(NameCharacters);

    /// <summary>The prefix of a service: a name and a colon.</summary>
    public static bool IsServicePrefix(ReadOnlySpan<char> text) => text.EndsWith(":") && IsName(text[..^1]);

    /// <summary>What may stand in front of it.</summary>
    public static bool IsKeyPrefix(ReadOnlySpan<char> text) => text.Length <= 64 && !text.ContainsAnyExcept(PrefixCharacters);

    private static ReadOnlySpan<char> Partition(ReadOnlySpan<char> key)
    {
        var open = key.IndexOf('{') + 1;
        var length = open > 0 ? key[open..].IndexOf('}') : -1;
        return length > 0 ? key.Slice(open, length) : [];
    }
}
