using System.Buffers;

namespace PrivacyService.Aws;

/// <summary>
/// Ids of the EC2 family: a prefix, a hyphen, and 8 or 17 hex digits (Amazon EC2 User Guide, "Resource IDs"). EFS, FSx, Systems
/// Manager, VPC Lattice and KMS have taken the form over.
/// </summary>
internal static class Ec2Id
{
    private const int Short = 8;
    private const int Long = 17;
    private const int Directory = 10;
    private const int Kms = 32;
    private const int LongestPrefix = 20;

    /// <summary>From the years of eight digits; such ids are still about.</summary>
    private static readonly string[] Old =
    [
        "i=ec2", "ami", "aki", "ari", "snap", "vol", "r=reservation", "vpc", "subnet", "sg", "eni", "eni-attach", "rtb", "rtbassoc", "igw",
        "eigw", "nat", "acl", "aclassoc", "dopt", "eipalloc", "eipassoc", "vgw", "cgw", "vpn", "pcx", "vpce", "vpce-svc", "fl", "pl",
        "vpc-cidr-assoc", "subnet-cidr-assoc=subnetcidr", "bun", "export-i", "import-i", "import-ami", "import-snap", "import-vol", "fs",
        "fsmt", "fsap", "lt", "tgw", "sir",
    ];

    /// <summary>Never of eight digits. Many are words, with which eight digits may mean anything: <c>key-20240101</c>.</summary>
    private static readonly string[] New =
    [
        "sgr", "key", "pg", "h=host", "hr", "cr", "crf", "cb", "fleet", "tgw-attach", "tgw-rtb", "tgw-mcast-domain=tgwmcast",
        "tgw-connect-peer=tgwpeer", "tgw-policy-table=tgwpolicy", "tgw-rtb-assoc", "cagw", "lgw", "lgw-rtb", "lgw-rtb-vpc-assoc=lgwrtbvpc",
        "lgw-vif", "lgw-vif-grp", "ipam", "ipam-scope", "ipam-pool", "ipam-pool-alloc=ipamalloc", "ipam-res-disco=ipamdisco",
        "ipam-res-disco-assoc=ipamassoc", "ipv4pool-ec2=ipv4pool", "ipv6pool-ec2=ipv6pool", "scr", "tmf", "tmfr", "tms", "tmt",
        "cvpn-endpoint=cvpn", "cvpn-assoc", "iip-assoc", "eice", "vai", "vatp", "vagr", "vae", "nip", "nia", "nis", "nisa", "afi",
        "export-ami", "eipassoc-tgw=eiptgw", "vpce-rsc", "rs=routeserver", "rse", "rsp", "vpcbpa-exclude=bpaexclude", "mi=managed",
        "svm", "fsvol", "fsvc", "backup", "file-system=filesystem", "svc", "sn", "snsa", "snva", "snra", "tg", "rule", "listener", "rcfg",
        "rgw", "vol-mod", "dhcp", "eks-anywhere=eksanywhere", "asr", "lni", "cnq", "mcs", "mac-mod", "sgw", "oi", "pmi", "acc", "dc",
    ];

    private static readonly Dictionary<string, (AwsType Type, bool IsOld)> Prefixes =
        Old.Select(entry => (entry, IsOld: true)).Concat(New.Select(entry => (entry, IsOld: false)))
            .ToDictionary(pair => pair.entry.Split('=')[0], pair => (TypeOf(pair.entry), pair.IsOld));

    private static readonly Dictionary<string, (AwsType Type, bool IsOld)>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Prefixes.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly AwsType DirectoryType = new("aws_directory");
    private static readonly AwsType KmsType = new("aws_kms");

    public static IEnumerable<AwsType> Types => [.. Prefixes.Values.Select(prefix => prefix.Type), DirectoryType, KmsType];

    /// <param name="hyphen">The last one of the id.</param>
    /// <returns>Where the id ends, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int hyphen, FindingList findings)
    {
        if (hyphen == 0 || hyphen + Short >= text.Length || !char.IsAsciiHexDigit(text[hyphen + 1])
            || !char.IsAsciiHexDigit(text[hyphen + Short]))
        {
            return 0;
        }

        // One more than the longest, so that what goes on beyond it shows.
        var digits = text.Slice(hyphen + 1, Math.Min(Kms + 1, text.Length - hyphen - 1));
        var length = Math.Max(CountOf(digits, Characters.LowerHex), CountOf(digits, Characters.UpperHex));
        var end = hyphen + 1 + length;
        if (length is not (Short or Long or Directory or Kms) || Written.IsWordAt(text, end))
        {
            return 0;
        }

        AwsType? found = null;
        var from = hyphen;
        for (var start = hyphen - 1; start >= 0 && hyphen - start <= LongestPrefix && IsPrefixCharacter(text[start]); start--)
        {
            if (Written.StartsWord(text, start) && TypeOf(text, start, hyphen, length) is { } type)
            {
                (found, from) = (type, start);
            }
        }

        if (found is null || (length == Short && (ContinuesAsUuid(text, end) || (from > 0 && text[from - 1] == '-'))))
        {
            return 0;
        }

        findings.Add(found, from, end - from, "the form of an EC2 id");
        return end;
    }

    /// <summary>The type of a text that is one id and nothing else.</summary>
    public static AwsType? TypeOf(ReadOnlySpan<char> id)
    {
        var hyphen = id.LastIndexOf('-');
        if (hyphen <= 0)
        {
            return null;
        }

        var digits = id[(hyphen + 1)..];
        return digits.ContainsAnyExcept(Characters.LowerHex) && digits.ContainsAnyExcept(Characters.UpperHex) ? null : TypeOf(id, 0, hyphen, digits.Length);
    }

    private static AwsType? TypeOf(ReadOnlySpan<char> text, int start, int hyphen, int length)
    {
        var prefix = text[start..hyphen];
        if (prefix.Length > LongestPrefix)
        {
            return null;
        }

        // What comes through upper-casing systems is the same id still.
        Span<char> lower = stackalloc char[LongestPrefix];
        lower = lower[..prefix.ToLowerInvariant(lower)];
        return length switch
        {
            Directory => lower is "d" ? DirectoryType : null,
            Kms => lower is "mrk" ? KmsType : null,
            Short or Long when Lookup.TryGetValue(lower, out var entry) && (length == Long || entry.IsOld) => entry.Type,
            _ => null,
        };
    }

    private static int CountOf(ReadOnlySpan<char> text, SearchValues<char> characters) =>
        text.IndexOfAnyExcept(characters) is >= 0 and var count ? count : text.Length;

    private static bool IsPrefixCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character == '-';

    /// <summary>A name that goes on with a UUID begins like an id: <c>sg-550e8400-e29b-…</c>.</summary>
    private static bool ContinuesAsUuid(ReadOnlySpan<char> text, int end) =>
        end + 5 < text.Length && text[end] == '-' && text[end + 5] == '-' && !text.Slice(end + 1, 4).ContainsAnyExcept(Characters.LowerHex);

    private static AwsType TypeOf(string entry)
    {
        var label = entry[(entry.IndexOf('=', StringComparison.Ordinal) + 1)..].Replace("-", "", StringComparison.Ordinal);
        return new AwsType(AwsType.Prefix + label);
    }
}
