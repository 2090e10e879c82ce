using System.Globalization;
using System.Text;
using System.Text.Json;
using PrivacyService.Detection.Fields;
using PrivacyService.Documents;
using PrivacyService.Tokens;

namespace PrivacyService.Detection;

/// <summary>Detection over every value of a document: by the name of its field, and else in its text. Not safe for concurrent use.</summary>
internal sealed class DocumentScanner(DetectionEngine detection, DetectionRules rules)
{
    private const int MostFindings = 10_000;

    private readonly List<DetectedFinding> _found = [];
    private readonly List<Finding> _findings = [];
    private readonly Stack<Container> _containers = new();
    private readonly FieldContext _fields = new();
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

        return Response();
    }

    public DetectResponse Scan(string text)
    {
        Find(text, mayBeDocument: false);
        return Response();
    }

    private DetectResponse Response()
    {
        var truncated = _found.Count > MostFindings;
        return new DetectResponse(truncated ? _found[..MostFindings] : _found, truncated);
    }

    private void Visit(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var name = Decode(ref reader);
                _fields.Property(name, ref reader);
                _containers.Peek().Name = name.ToString();
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _fields.Leave();
                _containers.Pop();
                break;
            default:
                if (_containers.TryPeek(out var container))
                {
                    container.Index++;
                }

                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    _fields.Enter(reader.TokenType == JsonTokenType.StartArray);
                    _containers.Push(new Container());
                }
                else if (reader.TokenType == JsonTokenType.String)
                {
                    VisitText(Decode(ref reader), isNumber: false);
                }
                else if (reader.TokenType == JsonTokenType.Number)
                {
                    VisitText(Decode(ref reader), isNumber: true);
                }

                break;
        }
    }

    private void VisitText(ReadOnlySpan<char> text, bool isNumber)
    {
        if (_fields.TryFind(text, isNumber, rules, out var finding))
        {
            Add(finding);
        }
        else if (isNumber && detection.TryFindCard(text, rules, out finding))
        {
            Add(finding);
        }
        else if (!isNumber)
        {
            Find(text, mayBeDocument: true);
        }
    }

    private void Find(ReadOnlySpan<char> text, bool mayBeDocument)
    {
        detection.Find(text, _findings, rules);
        if (mayBeDocument)
        {
            NestedDocument.Find(text, rules, static value => new BlankedText(value, PseudonymToken.IndexOf), _findings);
        }

        foreach (var finding in _findings)
        {
            Add(finding);
        }
    }

    private void Add(Finding finding) =>
        _found.Add(new DetectedFinding(finding.Type, Path(), finding.Start, finding.Length, finding.Score, finding.Why));

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
