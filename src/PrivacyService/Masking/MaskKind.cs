using System.Collections.Concurrent;
using System.Text;
using PrivacyService.Aws;
using PrivacyService.Detection;

namespace PrivacyService.Masking;

/// <summary>What masking knows of a type of finding.</summary>
/// <param name="Family"><c>aws</c> or <c>pii</c>.</param>
/// <param name="Prefix">What its masks begin with, such as <c>AWS_EC2_</c>, in ASCII.</param>
/// <param name="Redacted">What stands in its place when it is not to be had back, in ASCII.</param>
/// <param name="IsReversible">Whether it may be kept to be put back: a secret may not.</param>
internal sealed record MaskKind(string Family, byte[] Prefix, byte[] Redacted, bool IsReversible)
{
    /// <summary>All types of what can be masked.</summary>
    public static readonly IReadOnlySet<string> Types = new HashSet<string>([.. AwsTypes.All.Select(type => type.Name), .. DataKind.Names], StringComparer.Ordinal);

    private const string Aws = "aws";
    private const string Personal = "pii";

    private static readonly ConcurrentDictionary<string, MaskKind> Known = new(StringComparer.Ordinal);

    /// <param name="type">The type of a finding. Those that callers make up are not remembered: there is no end of them.</param>
    public static MaskKind Of(string type) => Types.Contains(type) ? Known.GetOrAdd(type, Create) : Create(type);

    private static MaskKind Create(string type)
    {
        var isAws = type.StartsWith(Aws + "_", StringComparison.Ordinal);
        var family = isAws ? Aws : Personal;
        var label = string.Concat((isAws ? type[(Aws.Length + 1)..] : type).Where(char.IsAsciiLetterOrDigit).Take(MaskToken.LongestLabel)).ToUpperInvariant();
        return new MaskKind(
            family, MaskToken.PrefixOf(family.ToUpperInvariant(), label), Encoding.ASCII.GetBytes($"[redacted:{type}]"),
            AwsTypes.IsAws(type) ? AwsTypes.Of(type).IsReversible : DataKind.IsReversible(type));
    }
}
