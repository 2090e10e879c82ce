using System.Buffers;

namespace PrivacyService.Aws;

/// <summary>Names of buckets (Amazon S3 User Guide, "Bucket naming rules").</summary>
internal static class Bucket
{
    private const int Shortest = 3;
    private const int Longest = 63;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is >= Shortest and <= Longest
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && !name.ContainsAnyExcept(Characters);

    /// <summary>The authority of <c>s3://name</c>, also of Hadoop's <c>s3a</c> and <c>s3n</c>.</summary>
    /// <param name="separator">The colon, in whatever encoding.</param>
    /// <returns>Where to go on, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int separator, FindingList findings)
    {
        var start = separator - (text[separator - 1] is 'a' or 'n' ? 3 : 2);
        if (start < 0 || text[start] is not ('s' or 'S') || text[start + 1] != '3' || !Written.StartsWord(text, start))
        {
            return 0;
        }

        _ = Written.Read(text, separator, out var length);
        var at = separator + length;
        for (var slashes = 0; slashes < 2; slashes++)
        {
            if (Written.Read(text, at, out length) != '/')
            {
                return 0;
            }

            at += length;
        }

        var end = at;
        while (end < text.Length && end - at <= Longest && (Written.IsUnreserved(text[end]) && text[end] != '~'))
        {
            end++;
        }

        var name = text[at..end].TrimEnd('.');
        if (!IsValid(name) || MaskedText.IsIn(name))
        {
            return 0;
        }

        findings.Add(AwsTypes.Bucket, at, name.Length, "an address of S3");
        return at + name.Length;
    }
}
