using PrivacyService.Tokens;

namespace PrivacyService.Aws;

/// <summary>
/// What has been masked before shows: <c>aws_vpc_</c> or, where a name must be, <c>bucket-</c>, then the 28 characters of a token with
/// their check characters. It is left alone whoever made it; nothing in it is anybody's.
/// </summary>
internal static class MaskedText
{
    public const int Longest = 3 + AwsType.LongestLabel + 2 + PseudonymToken.BodyLength;

    /// <summary>Whether some of a run of letters, digits and <c>- . _ ~</c> is a stand-in.</summary>
    public static bool IsIn(ReadOnlySpan<char> run)
    {
        for (var at = 0; run.Length - at > PseudonymToken.BodyLength; at++)
        {
            var next = run[at..].IndexOfAny('_', '-');
            if (next < 0)
            {
                return false;
            }

            at += next;
            if (PseudonymToken.TryReadBody(run[(at + 1)..], out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What stands before the hyphen and the 28 characters that a run is; empty when it is no name's stand-in.</summary>
    public static ReadOnlySpan<char> LabelOf(ReadOnlySpan<char> run)
    {
        var hyphen = run.Length - PseudonymToken.BodyLength - 1;
        return hyphen is > 0 and <= AwsType.LongestLabel && run[hyphen] == '-' && PseudonymToken.TryReadBody(run[(hyphen + 1)..], out _)
            ? run[..hyphen]
            : default;
    }
}
