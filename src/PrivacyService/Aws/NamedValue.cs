namespace PrivacyService.Aws;

/// <summary>
/// A value that only the name before it gives away: <c>"bucketName": "…"</c> in CloudTrail, <c>function_name = "…"</c> in Terraform,
/// <c>--role-name …</c> on a command line, <c>AWS_SECRET_ACCESS_KEY=…</c> in an environment.
/// </summary>
internal static class NamedValue
{
    private const int LongestName = 40;
    private const int LongestBlank = 40;
    private const int EndingLength = 2;
    private const int AsciiCharacters = 128;
    private const string Why = "the name before it";

    /// <summary>Spelled as AWS and Terraform spell them: <c>username</c> is anybody's, <c>userName</c> is CloudTrail's.</summary>
    private static readonly Dictionary<string, AwsType>.AlternateLookup<ReadOnlySpan<char>> Names = new (AwsType Type, string Names)[]
    {
        (AwsTypes.Bucket, "bucketName BucketName bucket_name bucket Bucket s3Bucket S3Bucket s3_bucket S3BucketName s3BucketName S3_BUCKET "
            + "BUCKET_NAME S3_BUCKET_NAME AWS_S3_BUCKET bucket-name targetBucket TargetBucket target_bucket"),
        (AwsTypes.Role, "roleName RoleName role_name role-name iam_role_name"),
        (AwsTypes.User, "userName UserName user-name iam_user_name"),
        (AwsTypes.Resource, "functionName FunctionName function_name function-name tableName TableName clusterName ClusterName cluster_name "
            + "cluster-name dBInstanceIdentifier DBInstanceIdentifier db_instance_identifier db-instance-identifier dBClusterIdentifier "
            + "DBClusterIdentifier db_cluster_identifier cluster_identifier ClusterIdentifier clusterIdentifier queueName QueueName queue_name "
            + "queue-name topicName TopicName policyName PolicyName policy_name groupName GroupName keyName KeyName key_name secretId SecretId "
            + "secret-id loadBalancerName LoadBalancerName load_balancer_name targetGroupName TargetGroupName logGroupName LogGroupName "
            + "log_group_name log-group-name streamName StreamName stackName StackName stack_name stack-name repositoryName RepositoryName "
            + "repository_name repository-name instanceProfileName InstanceProfileName instance_profile_name autoScalingGroupName "
            + "AutoScalingGroupName auto_scaling_group_name replicationGroupId ReplicationGroupId replication_group_id cacheClusterId "
            + "CacheClusterId cache_cluster_id stateMachineName roleSessionName RoleSessionName role-session-name launchTemplateName "
            + "fileSystemName apiId ApiId api_id restApiId rest_api_id RestApiId userPoolId hostedZoneId zone_id"),
        (AwsTypes.Uuid, "kmsKeyId KmsKeyId KMSKeyId kms_key_id kms-key-id keyId KeyId key_id key-id kmsMasterKeyID KMSMasterKeyID SSEKMSKeyId "
            + "ssekmsKeyId kms_master_key_id targetKeyId TargetKeyId"),
        (AwsTypes.CanonicalUser, "CanonicalUser canonicalUser canonical_user_id CanonicalUserId canonicalUserId s3CanonicalUserId "
            + "S3CanonicalUserId ID id s3_canonical_user_id"),
        (AwsTypes.Secret, "aws_secret_access_key AWS_SECRET_ACCESS_KEY secretAccessKey SecretAccessKey secret_access_key secretKey secret_key "
            + "SecretKey aws_secret_key AWS_SECRET_KEY secret Secret aws.secretKey aws-secret-access-key fs.s3a.secret.key awsSecretAccessKey "
            + "AWSSecretKey AWSSecretAccessKey"),
        (AwsTypes.Session, "aws_session_token AWS_SESSION_TOKEN sessionToken SessionToken session_token aws_security_token AWS_SECURITY_TOKEN "
            + "X-Amz-Security-Token x-amz-security-token securityToken SecurityToken aws-session-token"),
        (AwsTypes.Signature, "X-Amz-Signature x-amz-signature Signature"),
    }.SelectMany(group => group.Names.Split(' '), (group, name) => KeyValuePair.Create(name, group.Type))
        .ToDictionary().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What the names end with, two characters each: most separators follow other words, and are told apart by these.</summary>
    private static readonly bool[] Endings = EndingsOf(Names.Dictionary.Keys);

    /// <param name="separator">A colon, an equals sign, the end of an XML tag, a table's bar, in whatever encoding.</param>
    /// <returns>Where to go on, or zero.</returns>
    public static int Find(ReadOnlySpan<char> text, int separator, FindingList findings)
    {
        if (separator == 0)
        {
            return 0;
        }

        var end = separator;
        while (end > 0 && separator - end < LongestBlank && text[end - 1] == ' ')
        {
            end--;
        }

        if (Written.IsQuote(Written.ReadBefore(text, end, out var length)))
        {
            end -= length;
        }

        if (end < EndingLength || !MayEndWith(text[end - 2], text[end - 1]))
        {
            return 0;
        }

        var window = text[Math.Max(0, end - LongestName - 1)..end];
        var name = window.Length - 1;
        while (name >= 0 && (char.IsAsciiLetterOrDigit(window[name]) || window[name] is '_' or '-' or '.'))
        {
            name--;
        }

        var start = Written.AfterEscape(text, end - (window.Length - 1 - name), end);
        var key = text[start..end].TrimStart('-');
        if (!Names.TryGetValue(key, out var type) || (key is "id" && !IsGrant(text, start)))
        {
            return 0;
        }

        // Without quotes and with blanks around the sign it is a language's expression: bucket = aws_s3_bucket.logs.id
        var operation = Written.Read(text, separator, out length);
        var isBlank = end < separator || Written.Read(text, separator + length, out _) == ' ';
        var style = operation switch
        {
            '=' when isBlank && type.IsName => NameStyle.Quoted,
            ':' => NameStyle.Line,
            '|' => NameStyle.Cell,
            _ => NameStyle.Word,
        };
        return FindValue(text, separator + length, type, findings, style);
    }

    private static bool MayEndWith(char first, char last) => first < AsciiCharacters && last < AsciiCharacters && Endings[(first * AsciiCharacters) + last];

    private static bool[] EndingsOf(IEnumerable<string> names)
    {
        var endings = new bool[AsciiCharacters * AsciiCharacters];
        foreach (var name in names)
        {
            endings[(name[^2] * AsciiCharacters) + name[^1]] = true;
        }

        return endings;
    }

    /// <summary>A flag of a command line and the value after it.</summary>
    /// <param name="hyphen">The second of the two.</param>
    /// <returns>Where to go on, or zero.</returns>
    public static int FindFlag(ReadOnlySpan<char> text, int hyphen, FindingList findings)
    {
        var rest = text.Slice(hyphen + 1, Math.Min(LongestName, text.Length - hyphen - 1));
        if (rest.IsEmpty || !char.IsAsciiLetter(rest[0]))
        {
            return 0;
        }

        var length = 1;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '-'))
        {
            length++;
        }

        return length < rest.Length && rest[length] == ' ' && Names.TryGetValue(rest[..length], out var type)
            ? FindValue(text, hyphen + 1 + length, type, findings, NameStyle.Word)
            : 0;
    }

    /// <summary>A text that is all of a value, with the name it has in its document.</summary>
    public static void FindWhole(ReadOnlySpan<char> text, ReadOnlySpan<char> name, FindingList findings)
    {
        if (Names.TryGetValue(name, out var type))
        {
            _ = FindValue(text, 0, type, findings, NameStyle.Word);
        }
    }

    private static int FindValue(ReadOnlySpan<char> text, int at, AwsType type, FindingList findings, NameStyle style)
    {
        var blanks = at;
        var character = Written.Read(text, at, out var length);
        while (character is ' ' or '>' && at - blanks < LongestBlank)
        {
            at += length;
            character = Written.Read(text, at, out length);
        }

        var quote = Written.IsQuote(character) ? character : '\0';
        if (quote == '\0' && style == NameStyle.Quoted)
        {
            return 0;
        }

        at += quote == '\0' ? 0 : length;
        return type.Name switch
        {
            "aws_secret" => Credentials.FindSecret(text, at, findings),
            "aws_session" => Credentials.FindSession(text, at, findings),
            "aws_signature" or "aws_canonical" => Credentials.FindHex(text, at, type, findings),
            "aws_uuid" => FindUuid(text, at, findings),
            _ => NameValue.Find(text, at, quote, style, type, findings),
        };
    }

    /// <summary>Of S3's grants: <c>--grant-read id=…</c>.</summary>
    private static bool IsGrant(ReadOnlySpan<char> text, int start) =>
        text[Math.Max(0, start - LongestName)..start].Contains("grant", StringComparison.OrdinalIgnoreCase);

    private static int FindUuid(ReadOnlySpan<char> text, int at, FindingList findings)
    {
        var end = at + IdShape.UuidLength;
        if (!IdShape.StartsWithUuid(text[Math.Min(at, text.Length)..]) || Written.IsWordAt(text, end))
        {
            return 0;
        }

        findings.Add(AwsTypes.Uuid, at, IdShape.UuidLength, Why);
        return end;
    }
}
