using System.Buffers;

namespace PrivacyService.Aws;

/// <summary>
/// Host names that AWS gives to resources, by the labels that say whose: the service and the region stay. Recognised by their
/// end, then read backwards, at most the length a host name may have.
/// </summary>
internal static class HostName
{
    private const string Console = "console.aws.amazon.com";
    private const int LongestName = 253;
    private const int MostLabels = 12;

    private static readonly string[] Suffixes =
    [
        "amazonaws.com", "api.aws", "cloudfront.net", "on.aws", "awsapprunner.com", "elasticbeanstalk.com", "amazoncognito.com",
        "ec2.internal", "compute.internal", "awsglobalaccelerator.com", "awsapps.com", "signin.aws.amazon.com", "amplifyapp.com",
        "vpc-lattice-svcs.", "amazonlightsail.com", Console,
    ];

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <param name="dot">The one before what every name of the service ends with.</param>
    /// <returns>Where to go on, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int dot, FindingList findings)
    {
        var after = text[(dot + 1)..];
        if (after.IsEmpty || SuffixOf(after) is not { } suffix)
        {
            return 0;
        }

        var window = text[Math.Max(0, dot - LongestName)..dot];
        var start = dot - (window.Length - 1 - window.LastIndexOfAnyExcept(LabelCharacters));
        if (start == dot - LongestName)
        {
            // Longer than a host name can be: what is left of the first label is none.
            start += text[start..dot].IndexOf('.') + 1;
        }

        start = Written.AfterEscape(text, start, dot);
        var end = dot + 1 + suffix.Length;
        end += text[end..].StartsWith(".cn", StringComparison.Ordinal) ? 3 : 0;

        Span<Range> ranges = stackalloc Range[MostLabels];
        var name = text[start..dot];
        var count = name.Split(ranges, '.');
        if (name.IsEmpty || (count == MostLabels && name[ranges[^1]].Contains('.')))
        {
            return 0;
        }

        var labels = new HostLabels(name, start, ranges[..count], findings);
        return suffix switch
        {
            "amazonaws.com" or "api.aws" => Endpoint(text, labels, end, findings),
            Console => HostPath.FindBucketPage(text, end, findings),
            _ => Other(labels, suffix, end),
        };
    }

    private static string? SuffixOf(ReadOnlySpan<char> after)
    {
        if (after[0] is not ('a' or 'c' or 'o' or 'e' or 's' or 'v'))
        {
            return null;
        }

        foreach (var suffix in Suffixes)
        {
            if (after.StartsWith(suffix, StringComparison.Ordinal) && !Written.IsWordAt(after, suffix.Length))
            {
                return suffix;
            }
        }

        return null;
    }

    private static int Endpoint(ReadOnlySpan<char> text, HostLabels labels, int end, FindingList findings)
    {
        for (var i = labels.Count - 1; i >= 0; i--)
        {
            var label = labels[i];
            if (IsBucketService(label))
            {
                if (i > 0)
                {
                    labels.AddBucket(i, accessPoint: label.Contains("-accesspoint", StringComparison.Ordinal) || label is "s3-object-lambda");
                    return end;
                }

                return label is "s3-control" ? end : HostPath.FindBucket(text, end, findings);
            }

            switch (label)
            {
                case "ecr" when i > 1 && labels[i - 1] is "dkr":
                    labels.Add(0);
                    return HostPath.FindRepository(text, end, findings);
                case "sqs" or "queue":
                    return HostPath.FindQueue(text, end, findings);
                case "eks" when i > 0 && labels[i - 1] is "oidc":
                case "eks" when i == 1 && labels[0].StartsWith("oidc", StringComparison.Ordinal):
                    return HostPath.FindIssuer(text, end, findings);
                case "rds" or "docdb" or "neptune" or "redshift" or "redshift-serverless" or "cache" or "memorydb" or "dax-clusters" or "elb"
                    or "execute-api" or "eks" or "es" or "aoss" or "efs" or "fsx" or "kafka" or "kafka-serverless" or "mq" or "iot"
                    or "appsync-api" or "appsync-realtime-api" or "vpce" or "transfer" or "cloudsearch" or "awsapps" or "mediastore" or "dsql"
                    or "notebook" or "studio" or "timestream-influxdb" or "rds-data" or "emrappui-prod" or "airflow":
                    labels.AddAll(i);
                    return end;
                case "compute" or "compute-1":
                    labels.AddAddress();
                    return end;
            }
        }

        return end;
    }

    private static int Other(HostLabels labels, string suffix, int end)
    {
        if (suffix is "cloudfront.net" && labels[labels.Count - 1] is ['d', .. var rest] && rest.Length >= IdSpace.Shortest)
        {
            labels.Add(labels.Count - 1, skip: 1, isId: true);
        }
        else if (suffix is "ec2.internal" or "compute.internal")
        {
            labels.AddAddress();
        }
        else
        {
            labels.AddAll(labels.Count);
        }

        return end;
    }

    /// <summary><c>s3</c>, <c>s3-eu-west-1</c>, <c>s3-website-us-east-1</c>, <c>s3-accelerate</c>, <c>s3-accesspoint</c>.</summary>
    private static bool IsBucketService(ReadOnlySpan<char> label) => label is "s3" || (label.StartsWith("s3-", StringComparison.Ordinal)
        && (label is "s3-accelerate" or "s3-website" or "s3-accesspoint" or "s3-accesspoint-fips" or "s3-fips" or "s3-object-lambda" or "s3-control"
            || IdShape.IsRegion(label[3..]) || (label.StartsWith("s3-website-", StringComparison.Ordinal) && IdShape.IsRegion(label[11..]))));
}
