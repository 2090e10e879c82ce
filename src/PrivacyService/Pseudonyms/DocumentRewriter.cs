using System.Buffers;
using System.Text.Json;
using PrivacyService.Detection;
using PrivacyService.Detection.Fields;
using PrivacyService.Documents;
using PrivacyService.StandIns;
using PrivacyService.Tokens;

namespace PrivacyService.Pseudonyms;

/// <summary>
/// Copies a document, putting tokens in the place of personal data, and marks in the place of secrets, which nobody gets back. Every byte that is not personal data is copied as it stands:
/// nothing is parsed into objects and written again, so order, number text, escapes and white space stay. Not safe for concurrent use.
/// </summary>
internal sealed class DocumentRewriter(DetectionEngine detection, PseudonymRules rules, PseudonymWriter writer)
{
    public const string NamedType = "field";

    private readonly FieldChoice _cursor = new(rules.Fields, rules.ExceptFields);
    private readonly FieldContext _fields = new();
    private readonly List<Finding> _findings = [];
    private readonly List<(int Start, int End, string Type)> _removed = [];
    private readonly Dictionary<string, int> _types = new(StringComparer.Ordinal);
    private char[] _text = new char[256];

    /// <summary>How many were found of each type in all documents; what was named stands under <see cref="NamedType"/>.</summary>
    public IReadOnlyDictionary<string, int> Types => _types;

    /// <exception cref="InvalidDocumentException">The document is not JSON; what was written is to be thrown away.</exception>
    public void Rewrite(ReadOnlySpan<byte> json, bool mustBeObject, IBufferWriter<byte> output)
    {
        JsonText.RequireUtf8(json);
        _cursor.Reset();
        _fields.Reset();
        _removed.Clear();
        var copied = 0;
        var reader = new Utf8JsonReader(json, JsonText.ReaderOptions);
        try
        {
            while (reader.Read())
            {
                if (mustBeObject && reader.TokenType != JsonTokenType.StartObject)
                {
                    throw new InvalidDocumentException("it is not a JSON object");
                }

                mustBeObject = false;
                Visit(ref reader, json, ref copied, output);
            }
        }
        catch (JsonException exception)
        {
            throw JsonText.Malformed(exception);
        }

        output.Write(json[copied..]);
    }

    /// <summary>The document as it may be kept: with marks in the place of the secrets that the last rewriting found, and else as it is.</summary>
    public ReadOnlySpan<byte> WithoutSecrets(ReadOnlySpan<byte> json)
    {
        if (_removed.Count == 0)
        {
            return json;
        }

        var kept = new ArrayBufferWriter<byte>(json.Length);
        var copied = 0;
        foreach (var (start, end, type) in _removed)
        {
            kept.Write(json[copied..start]);
            PseudonymWriter.WriteMark(type, kept);
            copied = end;
        }

        kept.Write(json[copied..]);
        return kept.WrittenSpan;
    }

    private void Visit(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var name = Decode(ref reader);
                _cursor.Property(name);
                _fields.Property(name, ref reader);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _cursor.Value();
                _cursor.Enter(reader.TokenType == JsonTokenType.StartArray);
                _fields.Enter(reader.TokenType == JsonTokenType.StartArray);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _cursor.Leave();
                _fields.Leave();
                break;
            case JsonTokenType.String:
                _cursor.Value();
                VisitString(ref reader, json, ref copied, output);
                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                _cursor.Value();
                if (_cursor.IsNamed || (reader.TokenType == JsonTokenType.Number && !_cursor.IsExcepted && IsFoundByName(Decode(ref reader), isNumber: true, out _)))
                {
                    VisitLiteral(NamedType, ref reader, json, ref copied, output);
                }
                else if (rules.Detect && !_cursor.IsExcepted && reader.TokenType == JsonTokenType.Number && detection.TryFindCard(Decode(ref reader), rules.Detection, out var card))
                {
                    VisitLiteral(card.Type, ref reader, json, ref copied, output);
                }

                break;
            default:
                // Null says that there is nothing, and goes on saying it.
                _cursor.Value();
                break;
        }
    }

    private void VisitLiteral(string countedAs, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        var text = Decode(ref reader);
        var type = TypeOf(text, isNumber: true);
        if (!writer.IsStandIn(type, text))
        {
            var start = (int)reader.TokenStartIndex;
            output.Write(json[copied..start]);
            copied = start + reader.ValueSpan.Length;
            Count(countedAs);
            writer.WriteLiteral(type, reader.ValueSpan, output);
        }
    }

    private void VisitString(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        if (reader.ValueSpan.IsEmpty || _cursor.IsExcepted || !(_cursor.IsNamed || rules.Detect || reader.ValueIsEscaped))
        {
            return;
        }

        var text = Decode(ref reader);
        var start = (int)reader.TokenStartIndex + 1;
        if (_cursor.IsNamed)
        {
            var type = TypeOf(text, isNumber: false);
            if (!PseudonymToken.IsToken(text) && !MailboxStandIn.Is(text) && !writer.IsStandIn(type, text))
            {
                output.Write(json[copied..start]);
                Count(NamedType);
                writer.Write(type, reader.ValueSpan, output);
                copied = start + reader.ValueSpan.Length;
            }

            return;
        }

        if (!rules.Detect)
        {
            return;
        }

        using var blanked = writer.Blank(text);
        detection.Find(blanked.Text, _findings, rules.Detection);
        blanked.Clip(_findings);
        NestedDocument.Find(text, rules.Detection, writer.Blank, _findings);
        NamedText.Find(_fields, text, blanked, rules.Detection, _findings);

        var written = new WrittenPosition(reader.ValueSpan);
        foreach (var finding in _findings)
        {
            var from = start + written.Of(finding.Start);
            var to = start + written.Of(finding.End);
            Replace(finding.Type, text[finding.Start..finding.End], json, from, to, ref copied, output);
        }
    }

    private bool IsFoundByName(ReadOnlySpan<char> value, bool isNumber, out Finding finding)
    {
        finding = default;
        return rules.Detect && _fields.TryFind(value, isNumber, rules.Detection, out finding);
    }

    private void Replace(string type, ReadOnlySpan<char> value, ReadOnlySpan<byte> json, int from, int to, ref int copied, IBufferWriter<byte> output)
    {
        if (writer.IsStandIn(type, value))
        {
            return;
        }

        output.Write(json[copied..from]);
        copied = to;
        Count(type);
        if (DataKind.IsReversible(type))
        {
            writer.Write(type, json[from..to], output, isAfterDigit: char.IsAsciiDigit((char)json[from - 1]));
            return;
        }

        _removed.Add((from, to, type));
        PseudonymWriter.WriteMark(type, output);
    }

    /// <summary>Of a value that is replaced whole because of its name: what it is nevertheless, for its stand-in.</summary>
    private string TypeOf(ReadOnlySpan<char> value, bool isNumber)
    {
        if (!writer.WritesStandIns)
        {
            return NamedType;
        }

        detection.Find(value, _findings);
        return _findings is [var only] && only.Length == value.Length ? only.Type
            : _fields.TryFind(value, isNumber, DetectionRules.Default, out var named) ? named.Type
            : NamedType;
    }

    private void Count(string type) => _types[type] = _types.GetValueOrDefault(type) + 1;

    private ReadOnlySpan<char> Decode(ref Utf8JsonReader reader)
    {
        if (_text.Length < reader.ValueSpan.Length)
        {
            _text = new char[Math.Max(reader.ValueSpan.Length, _text.Length * 2)];
        }

        return _text.AsSpan(0, JsonText.Decode(ref reader, _text));
    }
}
