using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>One line of the labelled corpus (<c>Corpus/make.py</c> says how they were made).</summary>
internal sealed partial class CorpusCase
{
    private readonly bool _isJson;
    private readonly string _marked;

    private CorpusCase(string line)
    {
        var columns = line.Split('\t');
        _isJson = columns[0] == "json";
        _marked = Escape().Replace(columns[2], static match => match.Value[1] switch { 'n' => "\n", 't' => "\t", _ => "\\" });
    }

    public string Text => Mark().Replace(_marked, "$2");

    public static IReadOnlyList<CorpusCase> All { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Detection", "Corpus", "corpus.tsv")).Select(line => new CorpusCase(line))];

    /// <summary>What must be found: type, path, start and length of each.</summary>
    public IEnumerable<(string Type, string Path, int Start, int Length)> Expected()
    {
        if (!_isJson)
        {
            return Labels("", _marked);
        }

        using var document = JsonDocument.Parse(_marked);
        return [.. Labels("", document.RootElement)];
    }

    /// <summary>What the engine finds in the same text without its marks.</summary>
    public IEnumerable<(string Type, string Path, int Start, int Length)> Found()
    {
        var scanner = new DocumentScanner(DetectionTesting.Engine, DetectionRules.Default);
        var response = _isJson ? scanner.Scan(Encoding.UTF8.GetBytes(Text)) : scanner.Scan(Text);
        return response.Findings.Select(finding => (finding.Type, finding.Path, finding.Start, finding.Length));
    }

    private static IEnumerable<(string Type, string Path, int Start, int Length)> Labels(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Labels($"{path}/{member.Name}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Labels($"{path}/{index}", item)),
        JsonValueKind.String => Labels(path, element.GetString()!),
        _ => [],
    };

    private static IEnumerable<(string Type, string Path, int Start, int Length)> Labels(string path, string marked)
    {
        var removed = 0;
        foreach (Match mark in Mark().Matches(marked))
        {
            yield return (mark.Groups[1].Value, path, mark.Index - removed, mark.Groups[2].Length);
            removed += mark.Length - mark.Groups[2].Length;
        }
    }

    [GeneratedRegex("«([a-z_]+):([^»]*)»")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\\[nt\\]")]
    private static partial Regex Escape();
}
