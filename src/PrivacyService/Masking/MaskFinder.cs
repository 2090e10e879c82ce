using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.StandIns;
using PrivacyService.Tokens;

namespace PrivacyService.Masking;

/// <summary>Everything in a text that is to be masked: AWS identifiers and personal data. Not safe for concurrent use.</summary>
/// <param name="rules">What the call wants found; everything where it does not say.</param>
/// <param name="standIns">Those that are known; null where masks are tokens.</param>
internal sealed class MaskFinder(DetectionEngine detection, DetectionRules? rules = null, StandInValues? standIns = null)
{
    private readonly List<Finding> _aws = [];
    private readonly List<Finding> _personal = [];

    /// <summary>What the call wants found.</summary>
    public DetectionRules Rules { get; } = rules ?? DetectionRules.Default;

    /// <summary>Replaces the content of <paramref name="findings"/>: in order of appearance, none overlapping another, none inside a mask.</summary>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        FindAws(text, _aws);
        FindPersonal(text, _personal);
        Merge(_aws, _personal, findings);
    }

    /// <summary>The same with AWS identifiers only. The text may be JSON as it is written.</summary>
    /// <param name="known">Learns what is found.</param>
    /// <param name="name">What the document calls a text that is one value of it.</param>
    public void FindAws(ReadOnlySpan<char> text, List<Finding> findings, KnownIdentifiers? known = null, ReadOnlySpan<char> name = default)
    {
        findings.Clear();
        AwsScanner.Find(text, findings, name, known);
        FindAwsBesideMasks(text, findings, known);
        if (findings.Count > 0 && text.Contains(MailboxStandIn.Domain, StringComparison.OrdinalIgnoreCase))
        {
            LeaveMailboxesAlone(text, findings);
        }

        if (Rules != DetectionRules.Default)
        {
            findings.RemoveAll(finding => !Rules.Wants(finding.Type));
            Rules.RemoveAllowed(text, findings);
        }
    }

    /// <summary>The same with personal data only.</summary>
    public void FindPersonal(ReadOnlySpan<char> text, List<Finding> findings)
    {
        using var blanked = Blank(text);
        detection.Find(blanked.Text, findings, Rules);
        blanked.Clip(findings);
    }

    /// <inheritdoc cref="DetectionEngine.TryFindCard"/>
    public bool TryFindCard(ReadOnlySpan<char> number, out Finding finding) => detection.TryFindCard(number, Rules, out finding);

    /// <summary>A text without what is masked in it.</summary>
    public BlankedText Blank(ReadOnlySpan<char> text) => new(text, MaskToken.IndexOf, standIns?.NumbersIn(text));

    /// <summary>Of two that overlap the longer names the finding, and the span covers both: no piece of the loser stays readable.</summary>
    public static void Merge(List<Finding> aws, List<Finding> personal, List<Finding> merged)
    {
        merged.Clear();
        var (a, p) = (0, 0);
        while (a < aws.Count || p < personal.Count)
        {
            var isAws = p == personal.Count || (a < aws.Count && aws[a].Start <= personal[p].Start);
            var next = isAws ? aws[a++] : personal[p++];
            if (merged.Count > 0 && merged[^1].End > next.Start)
            {
                var last = merged[^1];
                var winner = next.Length > last.Length ? next : last;
                merged[^1] = winner with { Start = last.Start, Length = Math.Max(last.End, next.End) - last.Start };
            }
            else
            {
                merged.Add(next);
            }
        }
    }

    /// <summary>Identifiers with masks in them were found in the text as it is; here are those that only touch one.</summary>
    private static void FindAwsBesideMasks(ReadOnlySpan<char> text, List<Finding> findings, KnownIdentifiers? known)
    {
        using var blanked = new BlankedText(text, MaskToken.IndexOf);
        if (!blanked.HasTokens)
        {
            return;
        }

        var beside = new List<Finding>();
        AwsScanner.Find(blanked.Text, beside, known: known);
        blanked.Clip(beside);
        if (beside.Count > 0)
        {
            var merged = new List<Finding>();
            Merge(findings, beside, merged);
            findings.Clear();
            findings.AddRange(merged);
        }
    }

    /// <summary>In an ARN, an address is the name of a session.</summary>
    private static void LeaveMailboxesAlone(ReadOnlySpan<char> text, List<Finding> findings)
    {
        var kept = 0;
        var (at, end) = NextMailbox(text, 0);
        for (var i = 0; i < findings.Count; i++)
        {
            var finding = findings[i];
            while (at >= 0 && end <= finding.Start)
            {
                (at, end) = NextMailbox(text, end);
            }

            if (at < 0 || finding.Start < at || finding.End > end)
            {
                findings[kept++] = finding;
            }
        }

        findings.RemoveRange(kept, findings.Count - kept);
    }

    private static (int Start, int End) NextMailbox(ReadOnlySpan<char> text, int from)
    {
        var at = PseudonymToken.IndexOf(text, from, out _);
        return at < 0 ? (at, at) : (at, at + PseudonymToken.Length + MailboxStandIn.DomainLength(text[(at + PseudonymToken.Length)..]));
    }
}
