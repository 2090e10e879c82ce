using System.Numerics;
using PrivacyService.Detection;

namespace PrivacyService.Aws;

/// <summary>
/// Finds AWS identifiers in any text: prose, tables, JSON, YAML, HCL, also encoded (see <see cref="Written"/>). One pass stops at the
/// few characters without which there is nothing to find, and looks around each no further than a constant.
/// </summary>
internal static class AwsScanner
{
    private static readonly AnchorBlock Block = new("-:=.>|%&\\AQX0123456789");

    /// <summary>Appends to <paramref name="findings"/>: in order of appearance, none overlapping another.</summary>
    /// <param name="name">What the document calls a text that is one value of it: the name of a JSON member.</param>
    /// <param name="known">Of the document, where it is scanned value by value. Copies are found after what gives them away.</param>
    public static void Find(
        ReadOnlySpan<char> text,
        List<Finding> findings,
        ReadOnlySpan<char> name = default,
        KnownIdentifiers? known = null)
    {
        var found = new FindingList(findings);
        if (!name.IsEmpty)
        {
            NamedValue.FindWhole(text, name, found);
            AccountId.FindWhole(text, name, found);
        }

        Scan(text, found);
        if (found.Count > 0)
        {
            known ??= new KnownIdentifiers();
            known.Learn(text, found);
        }

        if (known is { IsEmpty: false })
        {
            new Echoes(text, known).AddTo(found);
        }
    }

    /// <summary>
    /// What a finding stands for, however it is written. A reversible identifier reads the same in every encoding; a secret may have
    /// slashes and plus signs, which do not.
    /// </summary>
    public static string Canonical(ReadOnlySpan<char> text, Finding finding)
    {
        var written = text.Slice(finding.Start, finding.Length);
        if (!written.ContainsAny('%', '\\', '&'))
        {
            return written.ToString();
        }

        Span<char> decoded = finding.Length <= 512 ? stackalloc char[finding.Length] : new char[finding.Length];
        var count = 0;
        for (var at = 0; at < written.Length; count++)
        {
            decoded[count] = Written.Read(written, at, out var length);
            at += length;
        }

        return decoded[..count].ToString();
    }

    private static void Scan(ReadOnlySpan<char> text, FindingList found)
    {
        var kinds = default(AnchorBlock.Kinds);
        var next = 0;
        for (var start = 0; start < text.Length; start += AnchorBlock.Length)
        {
            var anchors = Block.Anchors(text, start, ref kinds) & AnchorBlock.From(next - start);
            while (anchors != 0)
            {
                var offset = BitOperations.TrailingZeroCount(anchors);
                var anchor = start + offset;
                var digits = BitOperations.TrailingZeroCount(~(kinds.Digits >> offset));
                if (digits > 0 && offset + digits < AnchorBlock.Length && !AccountId.MayBe(text, anchor, digits))
                {
                    anchors &= anchors - 1;
                    continue;
                }

                next = Math.Max(anchor + 1, Visit(text, anchor, found));

                // Behind what is stepped over, digits begin a number though others or a letter stand before them: those may be an escape.
                if (next > anchor + 1 && next < text.Length && char.IsAsciiDigit(text[next]))
                {
                    next = AccountId.Find(text, next, found);
                }

                anchors &= (anchors - 1) & AnchorBlock.From(next - start);
            }
        }
    }

    private static int Visit(ReadOnlySpan<char> text, int anchor, FindingList found) => text[anchor] switch
    {
        '-' => Hyphen(text, anchor, found),
        '.' => HostName.Find(text, anchor, found),
        'A' => IamId.Find(text, anchor, found),
        'Q' or 'X' => Credentials.FindSessionStart(text, anchor, found),
        ':' => Colon(text, anchor, found),
        '=' or '>' or '|' => NamedValue.Find(text, anchor, found),
        '%' or '&' or '\\' => Encoded(text, anchor, found),
        _ => AccountId.Find(text, anchor, found),
    };

    private static int Hyphen(ReadOnlySpan<char> text, int hyphen, FindingList found)
    {
        if (hyphen > 0 && text[hyphen - 1] == '-')
        {
            return NamedValue.FindFlag(text, hyphen, found);
        }

        return Ec2Id.Find(text, hyphen, found) is > 0 and var end ? end : KeyId.Find(text, hyphen, found);
    }

    private static int Colon(ReadOnlySpan<char> text, int colon, FindingList found)
    {
        var end = colon == 0 ? 0 : text[colon - 1] switch
        {
            'n' when Arn.Find(text, colon, found) is > 0 and var arn => arn,
            '3' or 'a' or 'n' => Bucket.Find(text, colon, found),
            _ => 0,
        };
        return end > 0 ? end : NamedValue.Find(text, colon, found);
    }

    /// <summary>An encoded character is stepped over whole, so that the digits of <c>%22</c> join none behind them.</summary>
    private static int Encoded(ReadOnlySpan<char> text, int anchor, FindingList found)
    {
        var character = Written.Read(text, anchor, out var length);
        if (length == 1)
        {
            return 0;
        }

        var end = character switch
        {
            ':' => Colon(text, anchor, found),
            '=' or '>' => NamedValue.Find(text, anchor, found),
            _ => 0,
        };
        return Math.Max(end, anchor + length);
    }
}
