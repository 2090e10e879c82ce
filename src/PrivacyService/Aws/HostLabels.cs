namespace PrivacyService.Aws;

/// <summary>The labels of a host name, left of the service's own ending.</summary>
internal readonly ref struct HostLabels(ReadOnlySpan<char> name, int start, ReadOnlySpan<Range> ranges, FindingList findings)
{
    private const string Why = "a label of a host name";

    /// <summary>Of a classic or application load balancer: nine or ten digits; of a network one: sixteen hex digits.</summary>
    private const int ShortestBalancer = 6;
    private const int SearchHash = 26;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Structure = new[]
    {
        "cfg", "ng", "clustercfg", "master", "replica", "serverless", "dualstack", "internal", "lambda-url", "auth", "alpha", "data", "server", "www",
        "ro", "us", "eu", "ap", "dkr", "ecr", "vpce", "ats", "gr7", "sk1", "yl4", "kafka", "elb", "s3", "execute-api", "credentials", "private",
    }.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What AWS puts before a name within its label.</summary>
    private static readonly string[] Prefixes = ["cluster-ro-", "cluster-custom-", "cluster-", "proxy-", "internal-", "search-", "vpc-", "dualstack-"];

    private readonly ReadOnlySpan<char> _name = name;
    private readonly ReadOnlySpan<Range> _ranges = ranges;

    public int Count => _ranges.Length;

    public ReadOnlySpan<char> this[int index] => _name[_ranges[index]];

    /// <summary>All before a label that says something about somebody's resource.</summary>
    public void AddAll(int end)
    {
        var identifying = 0;
        for (var i = 0; i < end; i++)
        {
            var label = this[i];
            if (label.Length < 2 || Structure.Contains(label) || IdShape.IsRegion(label) || IsNumbered(label) || (i == end - 1 && IsRegionCode(label)))
            {
                continue;
            }

            Add(i, skip: SkipOf(label), isId: identifying++ > 0 && IdShape.IsLowerAlphanumeric(label[SkipOf(label)..]));
        }
    }

    /// <summary>A bucket's name may have dots. An access point's ends in its account.</summary>
    public void AddBucket(int end, bool accessPoint)
    {
        var length = _ranges[end - 1].End.Value;
        var label = _name[..length];
        if (label.IsEmpty || !char.IsAsciiLetterOrDigit(label[0]) || label is "dualstack" || IdShape.IsRegion(label) || MaskedText.IsIn(label))
        {
            return;
        }

        if (accessPoint && label.LastIndexOf('-') is > 0 and var hyphen && IdShape.IsAccount(label[(hyphen + 1)..]))
        {
            findings.Add(AwsTypes.Account, start + hyphen + 1, IdShape.AccountLength, Why);
            label = label[..hyphen];
            if (MaskedText.IsIn(label))
            {
                return;
            }
        }

        findings.Add(AwsTypes.Bucket, start, label.Length, Why);
    }

    /// <summary>The address in <c>ip-10-0-1-2</c> or <c>ec2-203-0-113-7</c>.</summary>
    public void AddAddress()
    {
        var label = this[0];
        var hyphen = label.IndexOf('-');
        if (hyphen > 0 && label[..hyphen] is "ip" or "ec2" && DashedAddress.TryRead(label[(hyphen + 1)..], out _))
        {
            findings.Add(AwsTypes.Address, start + hyphen + 1, label.Length - hyphen - 1, Why);
        }
    }

    /// <param name="isId">Made up by AWS rather than named by somebody.</param>
    public void Add(int index, int skip = 0, bool isId = false)
    {
        var from = _ranges[index].Start.Value + skip;
        var label = this[index][skip..];
        if (label.EndsWith("-ats", StringComparison.Ordinal))
        {
            label = label[..^4];
        }

        if (label.IsEmpty || MaskedText.IsIn(label))
        {
            return;
        }

        if (label.LastIndexOf('-') is > 0 and var last && last < label.Length - 1 && Ec2Id.TypeOf(label[..last]) is { } endpoint)
        {
            // An endpoint's name goes on with letters of its own: vpce-0123456789abcdef0-a1b2c3d4
            findings.Add(endpoint, start + from, last, Why);
            findings.Add(AwsTypes.Id, start + from + last + 1, label.Length - last - 1, Why);
            return;
        }

        if (label.Length > IdShape.AccountLength && label.LastIndexOf('-') is > 0 and var hyphen && IsBalancer(label[(hyphen + 1)..])
            && Ec2Id.TypeOf(label) is null && !IdShape.IsUuid(label))
        {
            findings.Add(AwsTypes.Id, start + from + hyphen + 1, label.Length - hyphen - 1, Why);
            label = label[..hyphen];
            if (MaskedText.IsIn(label))
            {
                return;
            }
        }

        var type = IdShape.TypeOf(label, AwsTypes.Resource);
        var looksMadeUp = label.Length is 10 or > 24 && IdShape.IsLowerAlphanumeric(label) && label.Length >= IdSpace.Shortest;
        type = type == AwsTypes.Resource && (looksMadeUp || (isId && label.Length >= IdSpace.Shortest)) ? AwsTypes.Id : type;
        findings.Add(type, start + from, label.Length, Why);
    }

    private static bool IsBalancer(ReadOnlySpan<char> end) =>
        (end.Length >= ShortestBalancer && Characters.AreDigits(end)) || (end.Length == 16 && IdShape.IsHex(end))
        || (end.Length == SearchHash && IdShape.IsLowerAlphanumeric(end));

    private static int SkipOf(ReadOnlySpan<char> label)
    {
        foreach (var prefix in Prefixes)
        {
            if (label.StartsWith(prefix, StringComparison.Ordinal) && Ec2Id.TypeOf(label) is null)
            {
                return prefix.Length;
            }
        }

        return 0;
    }

    /// <summary><c>use1</c>, <c>apse2</c>.</summary>
    private static bool IsRegionCode(ReadOnlySpan<char> label) =>
        label.Length is 4 or 5 && char.IsAsciiDigit(label[^1]) && char.IsAsciiLetterLower(label[^2]);

    /// <summary><c>0001</c>, <c>b-2</c>, <c>c4</c>.</summary>
    private static bool IsNumbered(ReadOnlySpan<char> label)
    {
        var digits = label.Length - label.TrimEnd("0123456789").Length;
        return digits > 0 && label.Length <= 5
            && (digits == label.Length || label[..^digits] is "b-" or "c");
    }
}
