using System.Buffers;
using System.Numerics;
using System.Text;
using PrivacyService.Vault;

namespace PrivacyService.Detection;

/// <summary>One pass over a text, and another over what it reads as where that is something else: stop at anchors, ask the recognisers that want to see such a one, settle overlaps on the way.</summary>
internal sealed class DetectionEngine
{
    /// <summary>More than the longest document can have. Of a text that is longer, the call that it belongs to does not replace as many.</summary>
    private const int MostFindings = 2_000_000;

    private const int ShortestCard = 14;
    private const int LongestCard = 19;

    /// <summary>A text is decoded in pieces of so many UTF-16 units, so that it takes no more memory than one of them.</summary>
    private const int Piece = 128 * 1024;

    /// <summary>What is found depends on nothing further away: the longest is a private key of 16,384 bits.</summary>
    private const int Reach = 16 * 1024;

    private readonly AnchorTable _table;
    private readonly AnchorBlock _block;
    private readonly bool _stepsOverTimestamps;

    public DetectionEngine(IEnumerable<IRecogniser> recognisers)
    {
        IRecogniser[] all = [.. recognisers];
        _stepsOverTimestamps = !Array.Exists(all, recogniser => recogniser.ReadsTimestamps);
        _table = new AnchorTable(all);
        _block = new AnchorBlock(_table.Anchors);
    }

    /// <summary>Replaces the content of <paramref name="findings"/>: in order of appearance, none overlapping another.</summary>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings) => Find(text, findings, DetectionRules.Default);

    /// <inheritdoc cref="Find(ReadOnlySpan{char}, List{Finding})"/>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">A caller's pattern took too long on this text.</exception>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings, DetectionRules rules)
    {
        FindPlain(text, findings, rules);
        if (DecodedText.MayDiffer(text))
        {
            FindDecoded(text, findings, rules);
        }
    }

    /// <summary>The card that a number of JSON is. Other numbers are told by the names of their fields only.</summary>
    public bool TryFindCard(ReadOnlySpan<char> number, DetectionRules rules, out Finding finding)
    {
        finding = default;
        if (number.Length is < ShortestCard or > LongestCard || number.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var findings = new List<Finding>();
        FindPlain(number, findings, rules);
        finding = findings.Find(found => found.Type == DataKind.Card && found.Length == found.End);
        return finding.Length == number.Length;
    }

    /// <summary>What is there as it is written.</summary>
    private void FindPlain(ReadOnlySpan<char> text, List<Finding> findings, DetectionRules rules)
    {
        findings.Clear();
        if (Ascii.IsValid(text))
        {
            Scan(text, findings, rules);
        }
        else
        {
            var folded = ArrayPool<char>.Shared.Rent(text.Length);
            TextFolding.Fold(text, folded);
            Scan(folded.AsSpan(0, text.Length), findings, rules);
            ArrayPool<char>.Shared.Return(folded, clearArray: true);
        }

        rules.Own?.Find(text, findings);
        rules.RemoveAllowed(text, findings);
    }

    /// <summary>
    /// Adds what shows when the text is read: piece by piece, each with as much before and behind it as what is found may depend on. What was
    /// found as it is written, but begins or ends in the middle of an escape, such as with the n of <c>\n</c>, gives way to what shows there.
    /// </summary>
    private void FindDecoded(ReadOnlySpan<char> text, List<Finding> findings, DetectionRules rules)
    {
        using var decoded = new DecodedText();
        var (shown, all, next) = (new List<Finding>(), new List<Finding>(), 0);
        for (var start = 0; start < text.Length; start += Piece)
        {
            var (from, end) = (Math.Max(0, start - Reach), Math.Min(text.Length, start + Piece));
            var piece = text[from..Math.Min(text.Length, end + Reach)];
            shown.Clear();
            if (DecodedText.MayDiffer(piece) && decoded.Decode(piece))
            {
                FindPlain(decoded.Text, shown, rules);
                for (var i = 0; i < shown.Count; i++)
                {
                    var written = decoded.Written(shown[i]);
                    shown[i] = written with { Start = from + written.Start };
                }
            }

            var beside = 0;
            for (; next < findings.Count && findings[next].Start < end; next++)
            {
                var finding = findings[next];
                while (beside < shown.Count && shown[beside].End <= finding.Start)
                {
                    beside++;
                }

                var isShown = beside < shown.Count && shown[beside].Start < finding.End;
                if (!isShown || !DataKind.IsReversible(finding.Type) || !(decoded.IsWithin(finding.Start - from) || decoded.IsWithin(finding.End - from)))
                {
                    all.Add(finding);
                }
            }

            all.AddRange(shown.Where(finding => finding.Start >= start && finding.Start < end));
        }

        all.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        findings.Clear();
        foreach (var finding in all)
        {
            Overlaps.Settle(findings, finding);
        }
    }

    private void Scan(ReadOnlySpan<char> text, List<Finding> findings, DetectionRules rules)
    {
        var kinds = default(AnchorBlock.Kinds);
        var next = 0;
        for (var start = 0; start < text.Length; start += AnchorBlock.Length)
        {
            var anchors = _block.Anchors(text, start, ref kinds) & AnchorBlock.From(next - start);
            while (anchors != 0)
            {
                var offset = BitOperations.TrailingZeroCount(anchors);
                anchors &= anchors - 1;
                var end = start + offset + Math.Max(1, BitOperations.TrailingZeroCount(~(kinds.Digits >> offset)));
                if (end == start + AnchorBlock.Length)
                {
                    end = DigitsEnd(text, start + offset);
                }

                if (_stepsOverTimestamps && Timestamp.End(text, start + offset, end) is var after && after > end)
                {
                    next = after;
                    anchors &= AnchorBlock.From(next - start);
                    continue;
                }

                var recognisers = _table.Around(text, start + offset, end);
                if (recognisers.Length > 0)
                {
                    Ask(recognisers, text, start + offset, findings, rules);
                }
            }

            if (findings.Count > MostFindings)
            {
                throw new TooManyValuesException(MostFindings, areDistinct: false);
            }
        }
    }

    /// <summary>The end of a run of digits that may go on in the next block.</summary>
    private static int DigitsEnd(ReadOnlySpan<char> text, int anchor)
    {
        if (!char.IsAsciiDigit(text[anchor]))
        {
            return anchor + 1;
        }

        // How long it is beyond the longest that anybody wants does not matter.
        var end = anchor + 1;
        var limit = Math.Min(text.Length, anchor + AnchorBlock.Length);
        while (end < limit && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end;
    }

    private static void Ask(AnchorTable.Ask[] recognisers, ReadOnlySpan<char> text, int anchor, List<Finding> findings, DetectionRules rules)
    {
        foreach (var recogniser in recognisers)
        {
            if (recogniser(text, anchor, out var finding) && rules.Wants(finding.Type))
            {
                Overlaps.Settle(findings, finding);
            }
        }
    }
}
