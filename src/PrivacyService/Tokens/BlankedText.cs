using System.Buffers;
using PrivacyService.Detection;
using PrivacyService.Pseudonyms;

namespace PrivacyService.Tokens;

/// <summary>
/// A text with nothing in the place of its tokens, character for character. What stands directly beside a token is then found as at the edge of a text:
/// a token hides what it is exactly, and none of its neighbours, however they are joined to it.
/// </summary>
internal readonly ref struct BlankedText
{
    private const char Blank = default;

    private readonly char[]? _copy;

    /// <param name="search">Finds tokens.</param>
    /// <param name="more">What else stands for something already.</param>
    public BlankedText(ReadOnlySpan<char> text, TokenSearch search, IReadOnlyCollection<Finding>? more = null)
    {
        Text = text;
        var at = search(text, 0, out _, out var length);
        if (at < 0 && more is null or { Count: 0 })
        {
            return;
        }

        _copy = ArrayPool<char>.Shared.Rent(text.Length);
        text.CopyTo(_copy);
        for (; at >= 0; at = search(text, at + length, out _, out length))
        {
            _copy.AsSpan(at, length).Clear();
        }

        foreach (var standIn in more ?? [])
        {
            _copy.AsSpan(standIn.Start, standIn.Length).Clear();
        }

        Text = _copy.AsSpan(0, text.Length);
    }

    /// <summary>As long as the text itself.</summary>
    public ReadOnlySpan<char> Text { get; }

    public bool HasTokens => _copy is not null;

    /// <summary>Leaves tokens out of what was found in <see cref="Text"/>: a finding around some becomes what of it is beside them.</summary>
    public void Clip(List<Finding> findings)
    {
        if (!HasTokens)
        {
            return;
        }

        var all = findings.ToArray();
        findings.Clear();
        foreach (var finding in all)
        {
            if (!Text.Slice(finding.Start, finding.Length).Contains(Blank))
            {
                findings.Add(finding);
                continue;
            }

            foreach (var (start, length) in PiecesOf(finding.Start, finding.End))
            {
                findings.Add(finding with { Start = start, Length = length });
            }
        }
    }

    /// <summary>What stands beside tokens, without what is neither letter nor digit at its ends.</summary>
    public List<(int Start, int Length)> Pieces() => PiecesOf(0, Text.Length);

    public void Dispose()
    {
        if (_copy is not null)
        {
            ArrayPool<char>.Shared.Return(_copy, clearArray: true);
        }
    }

    private List<(int Start, int Length)> PiecesOf(int start, int end)
    {
        var pieces = new List<(int Start, int Length)>();
        while (start < end)
        {
            var blank = Text[start..end].IndexOf(Blank);
            var until = blank < 0 ? end : start + blank;
            var (first, last) = (start, until);
            while (first < last && !char.IsLetterOrDigit(Text[first]) && !char.IsSurrogate(Text[first]))
            {
                first++;
            }

            while (last > first && !char.IsLetterOrDigit(Text[last - 1]) && !char.IsSurrogate(Text[last - 1]))
            {
                last--;
            }

            if (last > first)
            {
                pieces.Add((first, last - first));
            }

            start = until + 1;
        }

        return pieces;
    }
}
