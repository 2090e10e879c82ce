using System.Buffers;
using System.Text;

namespace PrivacyService.Detection;

/// <summary>One pass over decoded text: stop at anchors, ask the recognisers of that anchor, settle overlaps on the way.</summary>
internal sealed class DetectionEngine
{
    private const int AsciiCharacters = 128;

    private readonly SearchValues<char> _anchors;
    private readonly IRecogniser[][] _byAnchor;

    public DetectionEngine(IEnumerable<IRecogniser> recognisers)
    {
        var all = recognisers.ToArray();
        _byAnchor = new IRecogniser[AsciiCharacters][];
        for (var anchor = 0; anchor < AsciiCharacters; anchor++)
        {
            _byAnchor[anchor] = [.. all.Where(recogniser => recogniser.Anchors.Contains((char)anchor))];
        }

        _anchors = SearchValues.Create(string.Concat(all.Select(recogniser => recogniser.Anchors)));
    }

    /// <summary>Replaces the content of <paramref name="findings"/>: in order of appearance, none overlapping another.</summary>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        findings.Clear();
        if (Ascii.IsValid(text))
        {
            Scan(text, findings);
            return;
        }

        var folded = ArrayPool<char>.Shared.Rent(text.Length);
        TextFolding.Fold(text, folded);
        Scan(folded.AsSpan(0, text.Length), findings);
        ArrayPool<char>.Shared.Return(folded, clearArray: true);
    }

    private void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        var position = 0;
        while (text[position..].IndexOfAny(_anchors) is >= 0 and var offset)
        {
            var anchor = position + offset;
            position = anchor + 1;
            if (char.IsAsciiDigit(text[anchor]))
            {
                while (position < text.Length && char.IsAsciiDigit(text[position]))
                {
                    position++;
                }
            }

            foreach (var recogniser in _byAnchor[text[anchor]])
            {
                if (recogniser.TryMatch(text, anchor, out var finding))
                {
                    Settle(findings, finding);
                }
            }
        }
    }

    /// <summary>
    /// Of two that overlap the longer names the finding, then the surer; the span covers both, so that no piece of the loser
    /// stays readable. A finding is merged away at most once, which keeps this linear too.
    /// </summary>
    private static void Settle(List<Finding> findings, Finding finding)
    {
        while (findings.Count > 0 && findings[^1].End > finding.Start)
        {
            var other = findings[^1];
            findings.RemoveAt(findings.Count - 1);
            var start = Math.Min(other.Start, finding.Start);
            var end = Math.Max(other.End, finding.End);
            var winner = (other.Length, other.Score).CompareTo((finding.Length, finding.Score)) >= 0 ? other : finding;
            finding = winner with { Start = start, Length = end - start };
        }

        findings.Add(finding);
    }
}
