using System.Collections.Frozen;

namespace PrivacyService.Aws;

/// <summary>All types there are. Those of the EC2 family have their table in <see cref="Ec2Id"/>.</summary>
internal static class AwsTypes
{
    /// <summary>Twelve digits.</summary>
    public static readonly AwsType Account = new("aws_account");

    public static readonly AwsType Bucket = new("aws_bucket", IsName: true);

    public static readonly AwsType Role = new("aws_role", IsName: true);

    public static readonly AwsType User = new("aws_user", IsName: true);

    /// <summary>A name of any other resource: a function, a table, a database, a load balancer.</summary>
    public static readonly AwsType Resource = new("aws_name", IsName: true);

    /// <summary>Letters and digits that AWS made up: of an API, a load balancer, a task, the hash in a database's host name.</summary>
    public static readonly AwsType Id = new("aws_id");

    public static readonly AwsType Uuid = new("aws_uuid");

    /// <summary>A user, role, group, policy or certificate by its unique id: <c>AIDA…</c>.</summary>
    public static readonly AwsType Principal = new("aws_principal");

    /// <summary>S3's own id of an account: 64 hex digits.</summary>
    public static readonly AwsType CanonicalUser = new("aws_canonical");

    /// <summary>The address in a host name: the <c>10-0-1-2</c> of <c>ip-10-0-1-2.ec2.internal</c>.</summary>
    public static readonly AwsType Address = new("aws_address");

    public static readonly AwsType AccessKey = new("aws_accesskey", IsReversible: false);

    public static readonly AwsType Secret = new("aws_secret", IsReversible: false);

    public static readonly AwsType Session = new("aws_session", IsReversible: false);

    /// <summary>Of a presigned address, which lets its bearer in.</summary>
    public static readonly AwsType Signature = new("aws_signature", IsReversible: false);

    private static readonly FrozenDictionary<string, AwsType> ByName = new[]
    {
        Account, Bucket, Role, User, Resource, Id, Uuid, Principal, CanonicalUser, Address, AccessKey, Secret, Session, Signature,
    }.Concat(Ec2Id.Types).ToFrozenDictionary(type => type.Name);

    public static IEnumerable<AwsType> All => ByName.Values;

    /// <summary>The type that a finding of <see cref="AwsScanner"/> names.</summary>
    /// <exception cref="KeyNotFoundException">No AWS type has this name.</exception>
    public static AwsType Of(string name) => ByName[name];

    /// <summary>The type whose label this is, in any letter case; a resource's where there is none.</summary>
    public static AwsType OfLabel(ReadOnlySpan<char> label) =>
        ByName.GetValueOrDefault(AwsType.Prefix + label.ToString().ToLowerInvariant(), Resource);

    public static bool IsAws(string name) => ByName.ContainsKey(name);
}
