namespace PrivacyService.Aws;

/// <summary>A kind of AWS identifier.</summary>
/// <param name="Name">What a finding calls it, and what its tokens begin with: <c>aws_vpc</c>. At most twelve characters after <c>aws_</c>.</param>
/// <param name="IsReversible">False of credentials: what stands in their place never leads back to them.</param>
/// <param name="IsName">A name that somebody chose. Of one length and alphabet otherwise.</param>
internal sealed record AwsType(string Name, bool IsReversible = true, bool IsName = false)
{
    public const string Prefix = "aws_";
    public const int LongestLabel = 12;

    /// <summary>Small letters and digits.</summary>
    public string Label => Name[Prefix.Length..];
}
