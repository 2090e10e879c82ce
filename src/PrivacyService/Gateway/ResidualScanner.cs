using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using PrivacyService.Masking;
using PrivacyService.StandIns;

namespace PrivacyService.Gateway;

/// <summary>
/// A second look at what is about to leave, by other means than the first: plain patterns of what must not be there any more. It shares no code
/// with detection, so that a mistake there is not repeated here. Linear in its input.
/// </summary>
internal static partial class ResidualScanner
{
    private const int AccountLength = 12;

    private static readonly (string Type, string Family, Regex Pattern)[] Patterns =
    [
        ("aws_access_key", "aws", AccessKey()),
        ("aws_iam_id", "aws", IamId()),
        ("aws_account", "aws", ArnAccount()),
        ("aws_resource", "aws", Resource()),
        ("email", "pii", Email()),
        ("secret", "pii", PrivateKey()),
    ];

    private static readonly HashSet<string> NoStandIns = [];

    /// <summary>Looks through the strings of JSON.</summary>
    /// <param name="standIns">What masking has put there itself.</param>
    /// <returns>The types that were found and are not to be left by <paramref name="policy"/>.</returns>
    public static IReadOnlyCollection<string> InJson(ReadOnlySpan<byte> json, MaskPolicy policy, ISet<string> standIns)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                var text = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
                Look(text.AsSpan(0, reader.CopyString(text)), policy, standIns, found);
                ArrayPool<char>.Shared.Return(text, clearArray: true);
            }
        }

        return found;
    }

    /// <inheritdoc cref="InJson"/>
    /// <summary>Looks through a text.</summary>
    public static IReadOnlyCollection<string> InText(ReadOnlySpan<char> text, MaskPolicy policy, ISet<string>? standIns = null)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Look(text, policy, standIns ?? NoStandIns, found);
        return found;
    }

    private static void Look(ReadOnlySpan<char> text, MaskPolicy policy, ISet<string> standIns, SortedSet<string> found)
    {
        foreach (var (type, family, pattern) in Patterns)
        {
            if (policy.LeavesSome(type, family))
            {
                continue;
            }

            foreach (var match in pattern.EnumerateMatches(text))
            {
                if (!IsStandIn(text.Slice(match.Index, match.Length), standIns))
                {
                    found.Add(type);
                    break;
                }
            }
        }
    }

    /// <summary>An address is one by what it says, an identifier by what masking says. Of an ARN, its end is looked at.</summary>
    private static bool IsStandIn(ReadOnlySpan<char> match, ISet<string> standIns) =>
        (match.Length >= MailboxStandIn.Length && MailboxStandIn.Is(match[^MailboxStandIn.Length..]))
        || (standIns.Count > 0 && (standIns.Contains(match.ToString()) || (match.Length > AccountLength && standIns.Contains(match[^AccountLength..].ToString()))));

    [GeneratedRegex(@"\b(AKIA|ASIA)[0-9A-Z]{16}\b", RegexOptions.NonBacktracking)]
    private static partial Regex AccessKey();

    [GeneratedRegex(@"\b(ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|APKA|AROA|ASCA)[0-9A-Z]{17}\b", RegexOptions.NonBacktracking)]
    private static partial Regex IamId();

    [GeneratedRegex(@"\barn(:|%3[Aa])aws[a-z-]{0,12}(:|%3[Aa])[a-z0-9-]{0,40}(:|%3[Aa])[a-z0-9-]{0,24}(:|%3[Aa])[0-9]{12}\b", RegexOptions.NonBacktracking)]
    private static partial Regex ArnAccount();

    [GeneratedRegex(@"\b(i|vpc|subnet|sg|vol|snap|ami|eni|rtb|igw|nat|eipalloc|vpce|tgw|lt|fs)-([0-9a-f]{17}|[0-9a-f]{8})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Resource();

    [GeneratedRegex(@"\b[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,8}(com|org|net|edu|gov|de|uk|fr|it|es|in|br|au|jp|io|dev)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex("-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----", RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();
}
