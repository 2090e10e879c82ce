using System.Buffers;
using PrivacyService.Detection.Recognisers;

namespace PrivacyService.Detection;

/// <summary>
/// Finds any of many values in one pass (Aho and Corasick, 1975), as whole words and in any letter case; of several that end at one
/// place the longest.
/// </summary>
internal sealed class WordList
{
    private const int Root = 0;

    private readonly Dictionary<(int Node, char Character), int> _next = [];
    private readonly List<Node> _nodes = [default];
    private readonly SearchValues<char> _first;

    /// <param name="words">Values and the types that they are; none empty.</param>
    public WordList(IEnumerable<(string Type, string Word)> words)
    {
        foreach (var (type, word) in words)
        {
            Add(type, word);
        }

        _first = SearchValues.Create([.. _next.Keys.Where(edge => edge.Node == Root).SelectMany(edge =>
            new[] { edge.Character, char.ToLowerInvariant(edge.Character) })]);
        Link();
    }

    /// <summary>Adds to <paramref name="findings"/>, in the order in which the values end.</summary>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        var node = Root;
        for (var i = 0; i < text.Length; i++)
        {
            if (node == Root)
            {
                var offset = text[i..].IndexOfAny(_first);
                if (offset < 0)
                {
                    return;
                }

                i += offset;
            }

            node = Step(node, Fold(text[i]));

            // All values that end here end with one character, so one look tells whether the word ends with them.
            if (node != Root && !(Boundary.Joins(text[i]) && Boundary.JoinsAt(text, i + 1)))
            {
                Report(text, node, i + 1, findings);
            }
        }
    }

    private static char Fold(char character) => char.ToUpperInvariant(character);

    private void Report(ReadOnlySpan<char> text, int node, int end, List<Finding> findings)
    {
        for (; node != Root; node = _nodes[node].Shorter)
        {
            if (_nodes[node].Type is { } type)
            {
                var start = end - _nodes[node].Depth;
                if (!(Boundary.Joins(text[start]) && Boundary.JoinsAt(text, start - 1)))
                {
                    findings.Add(new Finding(type, start, end - start, 1, "is a value of the call"));
                    return;
                }
            }
        }
    }

    private int Step(int node, char character)
    {
        int next;
        while (!_next.TryGetValue((node, character), out next) && node != Root)
        {
            node = _nodes[node].Fallback;
        }

        return next;
    }

    private void Add(string type, string word)
    {
        var node = Root;
        foreach (var character in word)
        {
            var edge = (node, Fold(character));
            if (!_next.TryGetValue(edge, out var next))
            {
                next = _nodes.Count;
                _nodes.Add(new Node { Depth = _nodes[node].Depth + 1 });
                _next.Add(edge, next);
            }

            node = next;
        }

        _nodes[node] = _nodes[node] with { Type = _nodes[node].Type ?? type };
    }

    /// <summary>Gives each beginning of a value the longest other one that it ends with; shallow ones first.</summary>
    private void Link()
    {
        foreach (var ((parent, character), child) in _next.OrderBy(edge => _nodes[edge.Value].Depth).ToList())
        {
            var fallback = parent == Root ? Root : Step(_nodes[parent].Fallback, character);
            var shorter = _nodes[fallback].Type is not null ? fallback : _nodes[fallback].Shorter;
            _nodes[child] = _nodes[child] with { Fallback = fallback, Shorter = shorter };
        }
    }

    /// <param name="Depth">Characters from the root.</param>
    /// <param name="Type">Of the value that ends here, if one does.</param>
    /// <param name="Fallback">Where to go on when no edge fits.</param>
    /// <param name="Shorter">The next shorter value that ends here too.</param>
    private readonly record struct Node(int Depth, string? Type, int Fallback, int Shorter);
}
