using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>
/// Copies a document, putting tokens in the place of personal data. Every byte that is not personal data is copied as it stands:
/// nothing is parsed into objects and written again, so order, number text, escapes and white space stay. Not safe for concurrent use.
/// </summary>
internal sealed class DocumentRewriter(DetectionEngine detection, PseudonymRules rules, PseudonymBatch batch)
{
    private readonly FieldCursor _cursor = new(rules.Fields);
    private readonly List<Finding> _findings = [];
    private char[] _text = new char[256];

    /// <exception cref="InvalidDocumentException">The document is not JSON; what was written is to be thrown away.</exception>
    public void Rewrite(ReadOnlySpan<byte> json, bool mustBeObject, IBufferWriter<byte> output)
    {
        JsonText.RequireUtf8(json);
        _cursor.Reset();
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

    private void Visit(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _cursor.Property(Decode(ref reader));
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _cursor.Value();
                _cursor.Enter(reader.TokenType == JsonTokenType.StartArray);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _cursor.Leave();
                break;
            case JsonTokenType.String:
                _cursor.Value();
                VisitString(ref reader, json, ref copied, output);
                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                _cursor.Value();
                if (_cursor.IsNamed)
                {
                    var start = (int)reader.TokenStartIndex;
                    output.Write(json[copied..start]);
                    output.Write("\""u8);
                    batch.Replace(ValueKind.Literal, reader.ValueSpan, output);
                    output.Write("\""u8);
                    copied = start + reader.ValueSpan.Length;
                }

                break;
            default:
                // Null says that there is nothing, and goes on saying it.
                _cursor.Value();
                break;
        }
    }

    private void VisitString(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        if (reader.ValueSpan.IsEmpty || !(_cursor.IsNamed || rules.Detect || reader.ValueIsEscaped))
        {
            return;
        }

        var text = Decode(ref reader);
        var start = (int)reader.TokenStartIndex + 1;
        if (_cursor.IsNamed)
        {
            if (!PseudonymToken.IsToken(text))
            {
                output.Write(json[copied..start]);
                batch.Replace(ValueKind.Text, reader.ValueSpan, output);
                copied = start + reader.ValueSpan.Length;
            }

            return;
        }

        if (!rules.Detect)
        {
            return;
        }

        detection.Find(text, _findings);
        if (_findings.Count > 0)
        {
            LeaveTokensAlone(text);
        }

        var written = new WrittenPosition(reader.ValueSpan);
        foreach (var finding in _findings)
        {
            var from = start + written.Of(finding.Start);
            var to = start + written.Of(finding.End);
            output.Write(json[copied..from]);
            batch.Replace(ValueKind.Text, json[from..to], output);
            copied = to;
        }
    }

    /// <summary>What is a pseudonym already stays one, even where it looks like a part of an address.</summary>
    private void LeaveTokensAlone(ReadOnlySpan<char> text)
    {
        var kept = 0;
        var token = PseudonymToken.IndexOf(text, 0, out _);
        foreach (var finding in _findings)
        {
            while (token >= 0 && token + PseudonymToken.Length <= finding.Start)
            {
                token = PseudonymToken.IndexOf(text, token + PseudonymToken.Length, out _);
            }

            if (token < 0 || token >= finding.End)
            {
                CollectionsMarshal.AsSpan(_findings)[kept++] = finding;
            }
        }

        _findings.RemoveRange(kept, _findings.Count - kept);
    }

    private ReadOnlySpan<char> Decode(ref Utf8JsonReader reader)
    {
        if (_text.Length < reader.ValueSpan.Length)
        {
            _text = new char[Math.Max(reader.ValueSpan.Length, _text.Length * 2)];
        }

        return _text.AsSpan(0, JsonText.Decode(ref reader, _text));
    }
}
