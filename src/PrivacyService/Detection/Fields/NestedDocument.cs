using System.Buffers;
using System.Text;
using System.Text.Json;
using PrivacyService.Documents;
using PrivacyService.Tokens;

namespace PrivacyService.Detection.Fields;

/// <summary>A text without what is replaced in it already.</summary>
internal delegate BlankedText Blanking(ReadOnlySpan<char> text);

/// <summary>
/// JSON in a string of JSON, such as the arguments that a model calls a tool with: the names of its fields tell as much as those around it. Also of what
/// is not JSON to its end, because it was cut off: what was read until then counts.
/// </summary>
internal static class NestedDocument
{
    private const int MostLevels = 3;

    /// <summary>Adds to what was found in a text otherwise.</summary>
    public static void Find(ReadOnlySpan<char> text, DetectionRules rules, Blanking blank, List<Finding> findings)
    {
        if (!MayBe(text))
        {
            return;
        }

        var named = new List<Finding>();
        Find(text, rules, blank, level: 1, named);
        if (named.Count > 0)
        {
            named.AddRange(findings);
            named.Sort(static (one, other) => one.Start.CompareTo(other.Start));
            findings.Clear();
            foreach (var finding in named)
            {
                Overlaps.Settle(findings, finding);
            }
        }
    }

    private static bool MayBe(ReadOnlySpan<char> text) => text.TrimStart(" \t\r\n") is ['{' or '[' or '"', _, ..];

    private static void Find(ReadOnlySpan<char> text, DetectionRules rules, Blanking blank, int level, List<Finding> findings)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var value = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            Read(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)), value, rules, blank, level, findings);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDocumentException)
        {
            // It is a text like any other from there on.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8, clearArray: true);
            ArrayPool<char>.Shared.Return(value, clearArray: true);
        }
    }

    private static void Read(ReadOnlySpan<byte> json, char[] value, DetectionRules rules, Blanking blank, int level, List<Finding> findings)
    {
        var fields = new FieldContext();
        var here = new List<Finding>();
        var reader = new Utf8JsonReader(json, JsonText.ReaderOptions);
        var (bytes, characters) = (0, 0);
        while (reader.Read())
        {
            here.Clear();
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    fields.Property(value.AsSpan(0, JsonText.Decode(ref reader, value)), ref reader);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    fields.Enter(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    fields.Leave();
                    break;
                case JsonTokenType.String:
                    FindIn(value.AsSpan(0, JsonText.Decode(ref reader, value)), fields, rules, blank, level, here);
                    break;
                case JsonTokenType.Number when fields.TryFind(value.AsSpan(0, JsonText.Decode(ref reader, value)), isNumber: true, rules, out var number):
                    here.Add(number);
                    break;
                default:
                    break;
            }

            var position = new WrittenPosition(reader.ValueSpan);
            var start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
            foreach (var finding in here)
            {
                var from = CharacterAt(json, start + position.Of(finding.Start), ref bytes, ref characters);
                findings.Add(finding with { Start = from, Length = CharacterAt(json, start + position.Of(finding.End), ref bytes, ref characters) - from });
            }
        }
    }

    private static void FindIn(ReadOnlySpan<char> value, FieldContext fields, DetectionRules rules, Blanking blank, int level, List<Finding> findings)
    {
        if (fields.Field is not null)
        {
            using var blanked = blank(value);
            NamedText.Find(fields, value, blanked, rules, findings);
        }

        if (findings.Count == 0 && level < MostLevels && MayBe(value))
        {
            Find(value, rules, blank, level + 1, findings);
        }
    }

    /// <summary>Going forward only.</summary>
    private static int CharacterAt(ReadOnlySpan<byte> json, int position, ref int bytes, ref int characters)
    {
        characters += Encoding.UTF8.GetCharCount(json[bytes..position]);
        bytes = position;
        return characters;
    }
}
