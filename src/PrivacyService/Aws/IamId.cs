namespace PrivacyService.Aws;

/// <summary>Unique ids of IAM: four letters that say what, then 16 or 17 letters and digits (IAM User Guide, "Unique identifiers").</summary>
internal static class IamId
{
    public const int PrefixLength = 4;

    private const int AccessKeyLength = 20;

    private static readonly Dictionary<string, AwsType>.AlternateLookup<ReadOnlySpan<char>> Prefixes =
        new Dictionary<string, AwsType>
        {
            ["ABIA"] = AwsTypes.Principal,
            ["ACCA"] = AwsTypes.Principal,
            ["AGPA"] = AwsTypes.Principal,
            ["AIDA"] = AwsTypes.Principal,
            ["AIPA"] = AwsTypes.Principal,
            ["ANPA"] = AwsTypes.Principal,
            ["ANVA"] = AwsTypes.Principal,
            ["APKA"] = AwsTypes.Principal,
            ["AROA"] = AwsTypes.Principal,
            ["AKIA"] = AwsTypes.AccessKey,
            ["ASIA"] = AwsTypes.AccessKey,
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    public static AwsType? TypeOf(ReadOnlySpan<char> id) =>
        id.Length is AccessKeyLength or AccessKeyLength + 1 && !id.ContainsAnyExcept(Characters.UpperAlphanumeric)
        && Prefixes.TryGetValue(id[..PrefixLength], out var type)
        && (id.Length == AccessKeyLength || type.IsReversible)
            ? type
            : null;

    /// <param name="first">An <c>A</c>.</param>
    /// <returns>Where the id ends, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int first, FindingList findings)
    {
        // The fourth letter is always an A too.
        if (first + AccessKeyLength > text.Length || text[first + PrefixLength - 1] != 'A' || !Written.StartsWord(text, first))
        {
            return 0;
        }

        var end = first + AccessKeyLength;
        end += Written.IsWordAt(text, end) ? 1 : 0;
        if (Written.IsWordAt(text, end) || TypeOf(text[first..end]) is not { } type)
        {
            return 0;
        }

        findings.Add(type, first, end - first, "the form of an IAM id");
        return type == AwsTypes.AccessKey ? Credentials.FindBeside(text, end, findings) : end;
    }
}
