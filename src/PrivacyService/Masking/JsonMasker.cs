using System.Buffers;
using System.Text;
using System.Text.Json;
using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.Detection.Fields;
using PrivacyService.Documents;

namespace PrivacyService.Masking;

/// <summary>
/// Masks the strings of a JSON document, the names of its members, and the numbers that are identifiers. Every other byte is copied as it
/// stands, so that order, number text, escapes and white space stay. AWS identifiers are looked for in the document as it is written, because
/// what stands beside one tells what it is, and again in strings with escapes; personal data in each string for itself, or by the name of its field. Not safe for concurrent use.
/// </summary>
internal sealed class JsonMasker(MaskFinder finder, MaskWriter writer)
{
    private readonly FieldContext _fields = new();
    private readonly List<Finding> _aws = [];
    private readonly List<Finding> _here = [];
    private readonly KnownIdentifiers _known = new();
    private readonly List<Finding> _decoded = [];
    private readonly List<Finding> _personal = [];
    private readonly List<Finding> _both = [];
    private readonly List<Finding> _merged = [];
    private char[] _text = new char[256];
    private int _nextAws;

    /// <summary>Where the name of the member at hand stands, or was.</summary>
    private Range _name;

    /// <exception cref="InvalidDocumentException">The document is not JSON; what was written is to be thrown away.</exception>
    public void Mask(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        JsonText.RequireUtf8(json);
        _fields.Reset();
        FindAws(json);
        var copied = 0;
        var reader = new Utf8JsonReader(json, JsonText.ReaderOptions);
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        _fields.Property(Decode(ref reader), ref reader);
                        MaskString(ref reader, json, ref copied, output);
                        break;
                    case JsonTokenType.String:
                        MaskString(ref reader, json, ref copied, output);
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        _fields.Enter(reader.TokenType == JsonTokenType.StartArray);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        _fields.Leave();
                        break;
                    case JsonTokenType.Number:
                        MaskNumber(ref reader, json, ref copied, output);
                        break;
                    default:
                        break;
                }
            }
        }
        catch (JsonException exception)
        {
            throw JsonText.Malformed(exception);
        }

        output.Write(json[copied..]);
    }

    /// <summary>Fills <see cref="_aws"/>, in bytes of the document.</summary>
    private void FindAws(ReadOnlySpan<byte> json)
    {
        var text = ArrayPool<char>.Shared.Rent(json.Length);
        var length = Encoding.UTF8.GetChars(json, text);
        finder.FindAws(text.AsSpan(0, length), _aws, _known);
        if (length < json.Length)
        {
            var (character, position) = (0, 0);
            for (var i = 0; i < _aws.Count; i++)
            {
                var finding = _aws[i];
                position += Encoding.UTF8.GetByteCount(text.AsSpan(character, finding.Start - character));
                var bytes = Encoding.UTF8.GetByteCount(text.AsSpan(finding.Start, finding.Length));
                character = finding.End;
                _aws[i] = finding with { Start = position, Length = bytes };
                position += bytes;
            }
        }

        ArrayPool<char>.Shared.Return(text, clearArray: true);
    }

    private void MaskString(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        if (reader.ValueSpan.IsEmpty)
        {
            return;
        }

        var start = (int)reader.TokenStartIndex + 1;
        TakeAws(start, start + reader.ValueSpan.Length);
        _decoded.Clear();
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _name = start..(start + reader.ValueSpan.Length);
        }

        var text = Decode(ref reader);
        finder.FindPersonal(text, _personal);
        if (reader.TokenType != JsonTokenType.PropertyName && !(_here is [{ } aws] && aws.Length == reader.ValueSpan.Length))
        {
            using var blanked = finder.Blank(text);
            NestedDocument.Find(text, finder.Rules, finder.Blank, _personal);
            NamedText.Find(_fields, text, blanked, finder.Rules, _personal);
        }

        if (reader.ValueSpan.IndexOf("\\u"u8) >= 0)
        {
            FindDecodedAws(text, json);
        }

        Place(_decoded, start, reader.ValueSpan);
        Place(_personal, start, reader.ValueSpan);
        MaskFinder.Merge(_here, _decoded, _both);
        MaskFinder.Merge(_both, _personal, _merged);
        foreach (var finding in _merged)
        {
            if (writer.Leaves(finding, Text(json[finding.Start..finding.End]), out var mode))
            {
                continue;
            }

            output.Write(json[copied..finding.Start]);
            writer.WriteJson(finding, mode, json[finding.Start..finding.End], output, isAfterDigit: char.IsAsciiDigit((char)json[finding.Start - 1]));
            copied = finding.End;
        }
    }

    /// <summary>An identifier whose letters are written as <c>\uXXXX</c> does not show in the document as it is written.</summary>
    private void FindDecodedAws(ReadOnlySpan<char> text, ReadOnlySpan<byte> json) =>
        finder.FindAws(text, _decoded, _known, Encoding.UTF8.GetString(json[_name]));

    /// <summary>From characters of the text to bytes of the document.</summary>
    private static void Place(List<Finding> findings, int start, ReadOnlySpan<byte> written)
    {
        var position = new WrittenPosition(written);
        for (var i = 0; i < findings.Count; i++)
        {
            var from = start + position.Of(findings[i].Start);
            findings[i] = findings[i] with { Start = from, Length = start + position.Of(findings[i].End) - from };
        }
    }

    /// <summary>A number is masked whole or not at all.</summary>
    private void MaskNumber(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref int copied, IBufferWriter<byte> output)
    {
        var start = (int)reader.TokenStartIndex;
        TakeAws(start, start + reader.ValueSpan.Length);
        if (_here.Count == 0 && (_fields.TryFind(Text(reader.ValueSpan), isNumber: true, finder.Rules, out var whole) || finder.TryFindCard(Text(reader.ValueSpan), out whole)))
        {
            _here.Add(whole with { Start = start, Length = reader.ValueSpan.Length });
        }

        if (_here is not [{ } finding] || finding.Start != start || finding.Length != reader.ValueSpan.Length || writer.Leaves(finding, Text(reader.ValueSpan), out var mode))
        {
            return;
        }

        output.Write(json[copied..start]);
        writer.WriteJsonNumber(finding, mode, reader.ValueSpan, output);
        copied = finding.End;
    }

    /// <summary>Fills <see cref="_here"/> with those of the AWS identifiers that lie within.</summary>
    private void TakeAws(int start, int end)
    {
        _here.Clear();
        while (_nextAws < _aws.Count && _aws[_nextAws].Start < start)
        {
            _nextAws++;
        }

        for (; _nextAws < _aws.Count && _aws[_nextAws].End <= end; _nextAws++)
        {
            _here.Add(_aws[_nextAws]);
        }
    }

    /// <summary>As it is written: a stand-in has no escapes.</summary>
    private ReadOnlySpan<char> Text(ReadOnlySpan<byte> written)
    {
        Reserve(written.Length);
        return _text.AsSpan(0, Encoding.UTF8.GetChars(written, _text));
    }

    private ReadOnlySpan<char> Decode(ref Utf8JsonReader reader)
    {
        Reserve(reader.ValueSpan.Length);
        return _text.AsSpan(0, JsonText.Decode(ref reader, _text));
    }

    private void Reserve(int length)
    {
        if (_text.Length < length)
        {
            _text = new char[Math.Max(length, _text.Length * 2)];
        }
    }
}
