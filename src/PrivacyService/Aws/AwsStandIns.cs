using PrivacyService.Detection;
using PrivacyService.Tokens;

namespace PrivacyService.Aws;

/// <summary>
/// What in a model's answer may be a stand-in of <see cref="AwsShapes"/>. An answer gives no context (<c>I stopped **I-0A1B…**</c>) and may
/// alter letter case, so everything of a form that a stand-in can have is given, and whoever kept the stand-ins says which they are.
/// </summary>
internal static class AwsStandIns
{
    /// <summary>Of ids without a prefix. Shorter ones are found where a host name or an ARN has them.</summary>
    private const int Shortest = 8;

    private const string Why = "the form of a stand-in";

    /// <summary>Appends to <paramref name="candidates"/>: in order of appearance, none overlapping another.</summary>
    public static void Find(ReadOnlySpan<char> text, List<Finding> candidates)
    {
        var found = new List<Finding>();
        AwsScanner.Find(text, found);
        var from = 0;
        foreach (var finding in found)
        {
            FindBetween(text, from, finding.Start, candidates);
            candidates.Add(finding);
            from = finding.End;
        }

        FindBetween(text, from, text.Length, candidates);
    }

    private static void FindBetween(ReadOnlySpan<char> text, int from, int to, List<Finding> candidates)
    {
        while (text[from..to].IndexOfAny(Characters.Alphanumeric) is >= 0 and var offset)
        {
            var first = from + offset;
            var length = text[first..to].IndexOfAnyExcept(Characters.AlphanumericOrHyphen);
            from = length < 0 ? to : first + length;
            var start = Written.AfterEscape(text, first, from);
            FindInRun(text, start, from, candidates);
        }
    }

    private static void FindInRun(ReadOnlySpan<char> text, int start, int end, List<Finding> candidates)
    {
        if (WholeType(text[start..end]) is { } whole)
        {
            candidates.Add(new Finding(whole.Name, start, end - start, 1, Why));
            return;
        }

        var label = 0..0;
        foreach (var range in text[start..end].Split('-'))
        {
            var part = text[start..end][range];
            if (part.Length == PseudonymToken.BodyLength && PseudonymToken.TryReadBody(part, out _) && AwsTypes.OfLabel(text[start..end][label]) is { } named)
            {
                // A name within a name, such as a balancer's in that of its host.
                candidates.Add(new Finding(named.Name, start + label.Start.Value, range.End.Value - label.Start.Value, 1, Why));
                continue;
            }

            label = range;
            var type = IdShape.IsAccount(part) ? AwsTypes.Account
                : IamId.TypeOf(AwsShapes.Fold(part)) is { } iam ? iam
                : part.Length is >= Shortest and <= AwsShapes.Longest && part.ContainsAny(Characters.Digits) ? AwsTypes.Id
                : null;
            if (type is not null)
            {
                candidates.Add(new Finding(type.Name, start + range.Start.Value, part.Length, 1, Why));
            }
        }
    }

    private static AwsType? WholeType(ReadOnlySpan<char> run)
    {
        if (run.Length > IdShape.CanonicalLength)
        {
            return null;
        }

        if (MaskedText.LabelOf(run) is { IsEmpty: false } label)
        {
            return AwsTypes.OfLabel(label);
        }

        return IdShape.IsUuid(run) ? AwsTypes.Uuid
            : DashedAddress.TryRead(run, out _) ? AwsTypes.Address
            : run is { Length: 14 } && run[4] == '-' && run[9] == '-' && !run.ContainsAny(Characters.Letters) ? AwsTypes.Account
            : null;
    }
}
