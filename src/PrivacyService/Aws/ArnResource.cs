namespace PrivacyService.Aws;

/// <summary>The last section of an ARN. Its parts are apart by slashes, colons, and whatever an encoder would touch.</summary>
internal readonly ref struct ArnResource(ReadOnlySpan<char> text, ReadOnlySpan<char> service, FindingList findings)
{
    private const int LongestVersion = 5;
    private const int LongestVariable = 64;

    /// <summary>Services whose resource begins with its name, not with the kind of thing it is.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Nameless = Words(
        "s3", "sns", "sqs", "execute-api", "codecommit", "codepipeline");

    /// <summary>Words of AWS inside resources.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Structure = Words(
        "service-role", "aws-service-role", "aws-reserved", "sso.amazonaws.com", "app", "net", "gwy", "index", "stream", "log-stream", "aws",
        "lambda", "rds", "eks", "ecs", "vendedlogs", "apigateway", "codebuild", "containerinsights", "performance", "application", "cluster",
        "listener", "listener-rule", "stages", "resources", "methods", "authorizers", "deployments", "alias", "key", "default", "root",
        "LATEST", "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "ANY", "subscription", "backup", "export", "snapshot", "autoScalingGroupName",
        "policyName", "launchConfigurationName", "id", "webacl", "regional", "global", "ipset", "rulegroup", "nodegroup", "fargateprofile", "addon", "shard",
        "consumer", "object", "oidc", "2015-03-31", "functions", "invocations", "restapis", "apis", "domainnames");

    private readonly ReadOnlySpan<char> _text = text;
    private readonly ReadOnlySpan<char> _service = service;

    /// <returns>Where the resource ends.</returns>
    public int Find(int start)
    {
        var at = start;
        var part = start;
        var index = 0;
        ReadOnlySpan<char> kind = default;
        while (true)
        {
            var character = Written.Read(_text, at, out var length);
            if (length == 1 && Written.IsUnreserved(character))
            {
                at++;
                continue;
            }

            var isSeparator = character is '/' or ':';
            if (character == ':' && _text[part..at] is "arn")
            {
                // An ARN within an ARN: what calls a function names it so.
                return part;
            }

            if (at > part)
            {
                var isKind = index == 0 && (isSeparator || _text[part..at] is "root") && !Nameless.Contains(_service)
                    && IdShape.TypeOf(_text[part..at], AwsTypes.Resource).IsName;
                if (isKind)
                {
                    kind = _text[part..at];
                }
                else
                {
                    Add(part, at, kind, isLast: !isSeparator);
                }

                index++;
                if (_service is "s3")
                {
                    // What follows is the name of an object: _text like any other.
                    return at;
                }
            }

            if (character == '$' && Written.Read(_text, at + length, out _) == '{')
            {
                length = VariableLength(at);
            }
            else if (!(isSeparator || Written.IsUnreserved(character) || character is '*' or '?' or '+' or '=' or '@' or '$') || length == 0)
            {
                return at;
            }

            at += length;
            part = at;
        }
    }

    /// <summary>A part that is a name unless it looks like an id.</summary>
    public static void AddName(ReadOnlySpan<char> text, int start, int end, AwsType name, FindingList findings)
    {
        var part = text[start..end];
        if (Structure.Contains(part) || IsVersion(part) || !part.ContainsAny(Characters.Alphanumeric) || MaskedText.IsIn(part))
        {
            return;
        }

        var pool = IdShape.PoolPrefix(part);
        var type = pool > 0 ? AwsTypes.Id : IdShape.TypeOf(part, name);
        findings.Add(type, start + pool, end - start - pool, "a name of a resource");
    }

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(params string[] words) =>
        words.ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();

    private void Add(int start, int end, ReadOnlySpan<char> kind, bool isLast)
    {
        if (isLast)
        {
            // The full stop of a sentence.
            end = start + _text[start..end].TrimEnd('.').Length;
        }

        var isApi = _service is "execute-api" && IdShape.IsLowerAlphanumeric(_text[start..end]) && end - start >= IdSpace.Shortest;
        AddName(_text, start, end, isApi ? AwsTypes.Id : NameType(kind), findings);
    }

    private AwsType NameType(ReadOnlySpan<char> kind) => _service switch
    {
        "s3" => AwsTypes.Bucket,
        "iam" or "sts" => kind switch
        {
            "role" or "assumed-role" => AwsTypes.Role,
            "user" or "federated-user" => AwsTypes.User,
            _ => AwsTypes.Resource,
        },
        _ => AwsTypes.Resource,
    };

    private static bool IsVersion(ReadOnlySpan<char> part) =>
        part.Length <= LongestVersion && Characters.AreDigits(part);

    private int VariableLength(int at)
    {
        var rest = _text.Slice(at, Math.Min(LongestVariable, _text.Length - at));
        var close = rest.IndexOf('}');
        return close < 0 ? 1 : close + 1;
    }
}
