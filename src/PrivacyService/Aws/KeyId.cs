namespace PrivacyService.Aws;

/// <summary>A UUID is a KMS key's where <c>key/</c> stands before it. Alone it may be anything.</summary>
internal static class KeyId
{
    private const int FirstGroup = 8;
    private const string Context = "key";

    /// <param name="hyphen">The first of a UUID.</param>
    /// <returns>Where the id ends, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int hyphen, FindingList findings)
    {
        var start = hyphen - FirstGroup;
        if (start <= 0 || hyphen + 5 >= text.Length || text[hyphen + 5] != '-' || !IdShape.StartsWithUuid(text[start..])
            || Written.IsWordAt(text, start + IdShape.UuidLength)
            || Written.ReadBefore(text, start, out var length) != '/'
            || !text[..(start - length)].EndsWith(Context, StringComparison.Ordinal)
            || !Written.StartsWord(text, start - length - Context.Length))
        {
            return 0;
        }

        findings.Add(AwsTypes.Uuid, start, IdShape.UuidLength, "a key's path");
        return start + IdShape.UuidLength;
    }
}
