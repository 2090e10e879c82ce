namespace PrivacyService.Aws;

/// <summary>
/// <c>arn:partition:service:region:account:resource</c> (AWS General Reference, "Amazon Resource Names"), by its sensitive components:
/// the account and each name or id of the resource. What remains says what kind of thing it is, and still parses as an ARN.
/// </summary>
internal static class Arn
{
    private const string Start = "arn";
    private const int LongestSection = 64;

    /// <param name="separator">The first colon, in whatever encoding.</param>
    /// <returns>Where to go on, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int separator, FindingList findings)
    {
        var start = separator - Start.Length;
        var at = separator;
        if (start < 0 || !text[start..separator].SequenceEqual(Start) || !Written.StartsWord(text, start)
            || !TrySection(text, ref at, out var partition) || !IsPartition(partition)
            || !TrySection(text, ref at, out var service) || service is "" or Start
            || !TrySection(text, ref at, out var region) || region is Start
            || !TrySection(text, ref at, out var account) || account is Start
            || Written.Read(text, at, out var length) != ':')
        {
            return 0;
        }

        if (IdShape.IsAccount(account))
        {
            findings.Add(AwsTypes.Account, at - account.Length, account.Length, "an ARN's account");
        }

        // Policies of AWS are the same for everybody.
        return account is "aws" ? at : new ArnResource(text, service, findings).Find(at + length);
    }

    private static bool IsPartition(ReadOnlySpan<char> text) =>
        text.StartsWith("aws", StringComparison.Ordinal) && (text.Length == 3 || text[3] == '-');

    private static bool TrySection(ReadOnlySpan<char> text, ref int at, out ReadOnlySpan<char> section)
    {
        section = default;
        if (Written.Read(text, at, out var length) != ':')
        {
            return false;
        }

        at += length;
        var rest = text.Slice(at, Math.Min(LongestSection + 1, text.Length - at));
        var end = 0;
        while (end < rest.Length && (Written.IsUnreserved(rest[end]) || rest[end] is '*' or '$' or '{' or '}' or '?'))
        {
            end++;
        }

        section = rest[..end];
        at += end;
        return end <= LongestSection;
    }
}
