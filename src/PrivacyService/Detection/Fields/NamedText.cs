using PrivacyService.Tokens;

namespace PrivacyService.Detection.Fields;

/// <summary>What of a text is personal data by the name of its field: all of it, but for tokens that stand for something already, and marks of what was removed.</summary>
internal static class NamedText
{
    /// <summary>Puts it in the place of what was found in it otherwise.</summary>
    /// <param name="text">The value, as it is.</param>
    /// <param name="blanked">The same without tokens.</param>
    public static void Find(FieldContext fields, ReadOnlySpan<char> text, BlankedText blanked, DetectionRules rules, List<Finding> findings)
    {
        if (fields.Field is null)
        {
            return;
        }

        if (!blanked.HasTokens)
        {
            if (fields.TryFind(text, isNumber: false, rules, out var whole))
            {
                findings.Clear();
                findings.Add(whole);
            }

            return;
        }

        foreach (var (start, length) in blanked.Pieces())
        {
            if (!IsMark(text, start, length) && fields.TryFind(text.Slice(start, length), isNumber: false, rules, out var piece))
            {
                Overlaps.Settle(findings, piece with { Start = start });
            }
        }
    }

    private static bool IsMark(ReadOnlySpan<char> text, int start, int length)
    {
        var mark = text.Slice(start, length);
        return start > 0 && text[start - 1] == '[' && start + length < text.Length && text[start + length] == ']'
            && (mark.StartsWith("redacted:") || DataKind.Names.Contains(mark.ToString()));
    }
}
