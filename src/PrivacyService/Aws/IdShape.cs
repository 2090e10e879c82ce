namespace PrivacyService.Aws;

/// <summary>What ids look like that have no prefix to know them by.</summary>
internal static class IdShape
{
    public const int AccountLength = 12;
    public const int UuidLength = 36;
    public const int CanonicalLength = 64;

    private const int ShortestHex = 16;
    private const int PoolLength = 9;

    /// <summary>The type of one part of an ARN or of a host name; a name where it looks like nothing else.</summary>
    public static AwsType TypeOf(ReadOnlySpan<char> part, AwsType name)
    {
        if (IsAccount(part))
        {
            return AwsTypes.Account;
        }

        if (IsUuid(part))
        {
            return AwsTypes.Uuid;
        }

        if (Ec2Id.TypeOf(part) is { } ec2)
        {
            return ec2;
        }

        return IamId.TypeOf(part) ?? (part.Length >= ShortestHex && IsHex(part) ? AwsTypes.Id : name);
    }

    public static bool IsAccount(ReadOnlySpan<char> text) =>
        text.Length == AccountLength && Characters.AreDigits(text);

    /// <summary>Hex digits of one letter case.</summary>
    public static bool IsHex(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !(text.ContainsAnyExcept(Characters.LowerHex) && text.ContainsAnyExcept(Characters.UpperHex));

    public static bool IsUuid(ReadOnlySpan<char> text) => text.Length == UuidLength && StartsWithUuid(text);

    /// <summary>Eight, four, four, four and twelve hex digits of one letter case (RFC 9562, section 4).</summary>
    public static bool StartsWithUuid(ReadOnlySpan<char> text)
    {
        if (text.Length < UuidLength || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        {
            return false;
        }

        var (lower, upper) = (false, false);
        for (var i = 0; i < UuidLength; i++)
        {
            lower |= text[i] is >= 'a' and <= 'f';
            upper |= text[i] is >= 'A' and <= 'F';
            if (!char.IsAsciiHexDigit(text[i]) && i is not (8 or 13 or 18 or 23))
            {
                return false;
            }
        }

        return !(lower && upper);
    }

    /// <summary>Small letters and digits, at least one of the latter: what AWS makes up for host names.</summary>
    public static bool IsLowerAlphanumeric(ReadOnlySpan<char> text) =>
        text.ContainsAny(Characters.Digits) && !text.ContainsAnyExcept(Characters.LowerAlphanumeric);

    /// <summary>The end of <c>us-east-1_AbCd12345</c>, a Cognito pool's id; zero when it is none.</summary>
    public static int PoolPrefix(ReadOnlySpan<char> part)
    {
        var underscore = part.Length - PoolLength - 1;
        return underscore > 0 && part[underscore] == '_' && IsRegion(part[..underscore]) ? underscore + 1 : 0;
    }

    /// <summary><c>eu-central-1</c>, <c>us-gov-west-1</c>, <c>us-isob-east-1</c>, an availability zone too.</summary>
    public static bool IsRegion(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd("abcdef");
        if (text.Length is < 9 or > 16 || !char.IsAsciiDigit(text[^1]) || text[^2] != '-' || !char.IsAsciiLetterLower(text[0]))
        {
            return false;
        }

        text = text[..^2];
        return text.LastIndexOf('-') is > 0 and var hyphen
            && text[(hyphen + 1)..] is "north" or "south" or "east" or "west" or "central"
                or "northeast" or "northwest" or "southeast" or "southwest"
            && text[..hyphen] is "us" or "eu" or "ap" or "ca" or "sa" or "me" or "af" or "il" or "mx" or "cn" or "us-gov" or "us-iso" or "us-isob"
                or "us-isof" or "eu-isoe" or "eusc-de";
    }
}
