using System.Globalization;
using System.Text;
using System.Text.Json;
using PrivacyService.Documents;

namespace PrivacyService.Detection;

/// <summary>Detection over every string of a document. Not safe for concurrent use.</summary>
internal sealed class DocumentScanner(DetectionEngine detection)
{
    private const int MostFindings = 10_000;

    private readonly List<DetectedFinding> _found = [];
    private readonly List<Finding> _findings = [];
    private readonly Stack<Container> _containers = new();
    private char[] _text = new char[256];

    /// <exception cref="InvalidDocumentException">The document is not JSON.</exception>
    public DetectResponse Scan(ReadOnlySpan<byte> json)
    {
        JsonText.RequireUtf8(json);
        var reader = new Utf8JsonReader(json, JsonText.ReaderOptions);
        try
        {
            while (reader.Read() && _found.Count <= MostFindings)
            {
                Visit(ref reader);
            }
        }
        catch (JsonException exception)
        {
            throw JsonText.Malformed(exception);
        }

        var truncated = _found.Count > MostFindings;
        return new DetectResponse(truncated ? _found[..MostFindings] : _found, truncated);
    }

    private void Visit(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _containers.Peek().Name = Decode(ref reader).ToString();
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _containers.Pop();
                break;
            default:
                if (_containers.TryPeek(out var container))
                {
                    container.Index++;
                }

                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    _containers.Push(new Container());
                }
                else if (reader.TokenType == JsonTokenType.String)
                {
                    Find(Decode(ref reader));
                }

                break;
        }
    }

    private void Find(ReadOnlySpan<char> text)
    {
        detection.Find(text, _findings);
        foreach (var finding in _findings)
        {
            _found.Add(new DetectedFinding(finding.Type, Path(), finding.Start, finding.Length, finding.Score, finding.Why));
        }
    }

    private string Path()
    {
        var path = new StringBuilder();
        foreach (var container in _containers.Reverse())
        {
            path.Append('/').Append(
                container.Name?.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
                ?? container.Index.ToString(CultureInfo.InvariantCulture));
        }

        return path.ToString();
    }

    private ReadOnlySpan<char> Decode(ref Utf8JsonReader reader)
    {
        if (_text.Length < reader.ValueSpan.Length)
        {
            _text = new char[Math.Max(reader.ValueSpan.Length, _text.Length * 2)];
        }

        return _text.AsSpan(0, JsonText.Decode(ref reader, _text));
    }

    private sealed class Container
    {
        /// <summary>Null in an array.</summary>
        public string? Name { get; set; }

        public int Index { get; set; } = -1;
    }
}
