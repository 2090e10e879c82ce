using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PrivacyService.Detection;

/// <summary>Finds a caller's own values and patterns. Not safe for concurrent use.</summary>
/// <param name="words">Values by which type they are.</param>
/// <param name="patterns">Patterns that do not go back, each with the type of what it matches.</param>
/// <param name="isWanted">Whether findings of a type are wanted.</param>
internal sealed class OwnRecogniser(WordList words, IReadOnlyList<(string Type, Regex Pattern)> patterns, Func<string, bool> isWanted)
{
    /// <summary>How long all texts of one call may take in patterns: one match is linear, but all matches of a text need not be.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(2);

    private readonly List<Finding> _found = [];
    private TimeSpan _spent;

    /// <summary>Adds to what was found already.</summary>
    /// <exception cref="RegexMatchTimeoutException">The patterns took too long.</exception>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        _found.Clear();
        words.Find(text, _found);
        foreach (var (type, pattern) in patterns)
        {
            Find(text, type, pattern);
        }

        if (_found.Count == 0)
        {
            return;
        }

        _found.RemoveAll(finding => !isWanted(finding.Type));
        _found.AddRange(findings);
        _found.Sort(static (first, second) => first.Start.CompareTo(second.Start));
        findings.Clear();
        foreach (var finding in _found)
        {
            Overlaps.Settle(findings, finding);
        }
    }

    private void Find(ReadOnlySpan<char> text, string type, Regex pattern)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var match in pattern.EnumerateMatches(text))
        {
            if (match.Length > 0)
            {
                _found.Add(new Finding(type, match.Index, match.Length, 0.9, "matches a pattern of the call"));
            }

            if (_spent + Stopwatch.GetElapsedTime(started) > LongestTime)
            {
                throw new RegexMatchTimeoutException();
            }
        }

        _spent += Stopwatch.GetElapsedTime(started);
    }
}
