using PrivacyService.Detection;

namespace PrivacyService.Aws;

/// <summary>
/// Bare copies of what has been given away elsewhere: the <c>id</c> beside a <c>bucket</c> in Terraform's state, the account in a
/// table's column below the ARN. Without them the masked text would still tell, and a reference would lose its target.
/// Reads the text once more, and only when something is known.
/// </summary>
internal readonly ref struct Echoes(ReadOnlySpan<char> text, KnownIdentifiers known)
{
    private const string Why = "a copy of what stands elsewhere";
    private const double Score = 0.8;

    private readonly ReadOnlySpan<char> _text = text;
    private readonly List<Finding> _merged = [];

    public void AddTo(FindingList findings)
    {
        var from = 0;
        for (var i = 0; i < findings.Count; i++)
        {
            FindBetween(from, findings[i].Start);
            _merged.Add(findings[i]);
            from = findings[i].End;
        }

        FindBetween(from, _text.Length);
        if (_merged.Count > findings.Count)
        {
            findings.Set(_merged);
        }
    }

    private void FindBetween(int from, int to)
    {
        while (known.IndexOfSecret(_text[from..to], out var length, out var type) is >= 0 and var offset)
        {
            FindNames(from, from + offset);
            _merged.Add(new Finding(type!.Name, from + offset, length, Score, Why));
            from += offset + length;
        }

        FindNames(from, to);
    }

    private void FindNames(int from, int to)
    {
        while (_text[from..to].IndexOfAny(Characters.Unreserved) is >= 0 and var offset)
        {
            var first = from + offset;
            var length = _text[first..to].IndexOfAnyExcept(Characters.Unreserved);
            var end = length < 0 ? to : first + length;
            var start = Written.AfterEscape(_text, first, end);
            var run = _text[start..end].TrimEnd('.');
            from = end;

            // A run that touches a finding is a part of something longer.
            var isWhole = (start > first || first == 0 || !Characters.Unreserved.Contains(_text[first - 1]))
                && (end == _text.Length || !Characters.Unreserved.Contains(_text[end]));
            if (isWhole && known.TryGetCopy(run, out var type))
            {
                _merged.Add(new Finding(type!.Name, start, run.Length, Score, Why));
            }
            else if (known.HasAccounts)
            {
                FindAccounts(start, end);
            }
        }
    }

    /// <summary>Accounts inside names: <c>logs-123456789012-eu-west-1</c>.</summary>
    private void FindAccounts(int start, int end)
    {
        while (_text[start..end].IndexOfAny(Characters.Digits) is >= 0 and var offset)
        {
            start += offset;
            var length = _text[start..end].IndexOfAnyExcept(Characters.Digits);
            length = length < 0 ? end - start : length;
            if (length == IdShape.AccountLength && known.TryGetCopy(_text.Slice(start, length), out var type))
            {
                _merged.Add(new Finding(type!.Name, start, length, Score, Why));
            }

            start += length;
        }
    }
}
