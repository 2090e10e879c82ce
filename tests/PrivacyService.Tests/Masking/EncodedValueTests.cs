using System.Text;
using System.Text.Json;
using PrivacyService.Masking;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Masking;

/// <summary>Personal data in the encodings that documents bring along: found in each, and given back to the byte.</summary>
public sealed class EncodedValueTests
{
    private static readonly string[] Values = ["grace@example.com", "jörg@münchen.de", "+14155550123", "+49 30 1234567", "4111 1111 1111 1111", "DE89370400440532013000"];

    private static readonly (string Name, Func<string, string> Encode)[] Encodings =
    [
        ("percent", Uri.EscapeDataString),
        ("JSON", text => JsonSerializer.Serialize(text)),
        ("escapes", text => $"\"{string.Concat(text.Select(character => $"\\u{(int)character:x4}"))}\""),
        ("references", text => string.Concat(text.Select(character => char.IsAsciiLetterOrDigit(character) ? character.ToString() : $"&#{(int)character};"))),
    ];

    public static TheoryData<string, string, string> Layers
    {
        get
        {
            string?[] names = ["percent", "JSON", "escapes", "references", ""];
            return [.. from one in names from two in names from three in names where one != "" && (two != "" || three == "") select (one, two, three)];
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Mask_OfEncodedValues_LeavesNoneAndGivesTheVeryBytesBack(string one, string two, string three)
    {
        foreach (var value in Values)
        {
            var privacy = new MemoryPrivacy();
            var written = Encode(three, Encode(two, Encode(one, value)));
            foreach (var document in (string[])[JsonSerializer.Serialize(written), $$"""{"note":{{JsonSerializer.Serialize($"call: {written}; and \n{written}")}}}"""])
            {
                foreach (var (mask, restore) in ((Func<string, string>, Func<string, string>)[])
                    [(text => MaskJson(privacy, text), privacy.Restore), (text => MaskText(privacy, text), text => RestoreText(privacy, text))])
                {
                    var masked = mask(document);

                    Assert.Contains("PII_", masked, StringComparison.Ordinal);
                    Assert.DoesNotContain(JsonSerializer.Serialize(written)[1..^1].Trim('"', '\\'), masked, StringComparison.Ordinal);
                    Assert.Equal(document, restore(masked));
                    Assert.Equal(masked, mask(masked));
                    JsonDocument.Parse(masked).Dispose();
                }
            }
        }
    }

    private static string Encode(string name, string text) => name == "" ? text : Encodings.Single(encoding => encoding.Name == name).Encode(text);

    private static string MaskJson(MemoryPrivacy privacy, string json) =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new JsonMasker(finder, writer).Mask(Encoding.UTF8.GetBytes(json), output)));

    private static string MaskText(MemoryPrivacy privacy, string text) =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(text, output)));

    private static string RestoreText(MemoryPrivacy privacy, string text) => JsonSerializer.Deserialize<string>(privacy.Restore(JsonSerializer.Serialize(text)))!;
}
