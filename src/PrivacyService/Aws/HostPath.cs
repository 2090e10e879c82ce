namespace PrivacyService.Aws;

/// <summary>What follows a host name where the resource stands in the path.</summary>
internal static class HostPath
{
    private const int LongestSegment = 128;
    private const int LongestPort = 6;
    private const int MostSegments = 8;
    private const string Why = "a path after an AWS host name";

    public static int FindBucket(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        var segment = Segment(text, AfterPort(text, at), out var end);
        if (Bucket.IsValid(segment) && !MaskedText.IsIn(segment))
        {
            findings.Add(AwsTypes.Bucket, end - segment.Length, segment.Length, Why);
        }

        return end;
    }

    /// <summary>The console's page of a bucket: <c>/s3/buckets/name</c>, <c>/s3/object/name</c>.</summary>
    public static int FindBucketPage(ReadOnlySpan<char> text, int at, FindingList findings) =>
        Segment(text, at, out var end) is "s3" && Segment(text, end, out end) is "buckets" or "object" ? FindBucket(text, end, findings) : at;

    /// <summary>Each part of a repository's name, up to the tag.</summary>
    public static int FindRepository(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        for (var i = 0; i < MostSegments; i++)
        {
            var segment = Segment(text, at, out var end);
            if (segment.IsEmpty)
            {
                return end;
            }

            AddName(segment, end, findings);
            at = end;
        }

        return at;
    }

    public static int FindQueue(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        var account = Segment(text, AfterPort(text, at), out var end);
        var isAccount = IdShape.IsAccount(account);
        if (!isAccount && !MaskedText.IsIn(account))
        {
            return end;
        }

        if (isAccount)
        {
            findings.Add(AwsTypes.Account, end - account.Length, account.Length, Why);
        }

        var queue = Segment(text, end, out end);
        AddName(queue, end, findings);
        return end;
    }

    /// <summary>The id of a cluster's identity provider: <c>/id/</c> and 32 hex digits.</summary>
    public static int FindIssuer(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        if (Segment(text, at, out var end) is not "id")
        {
            return at;
        }

        var id = Segment(text, end, out end);
        if (id.Length >= IdSpace.Shortest && !MaskedText.IsIn(id))
        {
            findings.Add(AwsTypes.Id, end - id.Length, id.Length, Why);
        }

        return end;
    }

    private static void AddName(ReadOnlySpan<char> segment, int end, FindingList findings)
    {
        if (segment.Length > 1 && !MaskedText.IsIn(segment))
        {
            findings.Add(IdShape.TypeOf(segment, AwsTypes.Resource), end - segment.Length, segment.Length, Why);
        }
    }

    private static int AfterPort(ReadOnlySpan<char> text, int at)
    {
        if (Written.Read(text, at, out var length) != ':')
        {
            return at;
        }

        var rest = text.Slice(at + length, Math.Min(LongestPort, text.Length - at - length));
        var digits = rest.IndexOfAnyExcept(Characters.Digits);
        return digits < 0 ? at : at + length + digits;
    }

    /// <summary>The segment after a slash, without a sentence's full stop.</summary>
    private static ReadOnlySpan<char> Segment(ReadOnlySpan<char> text, int at, out int end)
    {
        end = at;
        if (Written.Read(text, at, out var length) != '/')
        {
            return default;
        }

        var start = at + length;
        end = start;
        while (end < text.Length && end - start < LongestSegment && Written.IsUnreserved(text[end]))
        {
            end++;
        }

        var segment = text[start..end].TrimEnd('.');
        end = start + segment.Length;
        return segment;
    }
}
