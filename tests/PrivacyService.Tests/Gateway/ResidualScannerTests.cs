using System.Text;
using System.Text.Json;
using PrivacyService.Gateway.Residuals;
using PrivacyService.Masking;
using PrivacyService.Tests.Detection;

namespace PrivacyService.Tests.Gateway;

/// <summary>The second look, by itself: what of an identifier that the first one overlooked it still sees, however it is written.</summary>
public sealed class ResidualScannerTests
{
    private static readonly (string Type, string Value)[] Planted =
    [
        ("email", "grace.hopper@example.org"), ("card", "4539 1488 0343 6467"), ("card", "378282246310005"), ("iban", "DE89 3704 0044 0532 0130 00"),
        ("aws_access_key", "AKIAIOSFODNN7EXAMPLE"), ("aws_iam_id", "AROAIOSFODNN7EXAMPLE1"), ("aws_account", "arn:aws:iam::123456789012:role/ops"),
        ("aws_resource", "vpc-0a1b2c3d4e5f60718"), ("secret", "-----BEGIN RSA PRIVATE KEY-----"),
    ];

    private static readonly Dictionary<string, Func<string, string>> Ways = new()
    {
        ["as it is"] = value => value,
        ["in a URL"] = Uri.EscapeDataString,
        ["in a URL, all of it"] = value => string.Concat(Encoding.UTF8.GetBytes(value).Select(unit => $"%{unit:x2}")),
        ["in a URL in a URL"] = value => Uri.EscapeDataString(Uri.EscapeDataString(value)),
        ["in JSON"] = value => JsonSerializer.Serialize("\n" + value),
        ["in JSON, all of it"] = value => string.Concat(value.Select(unit => $"\\u{(int)unit:x4}")),
        ["in JSON in JSON"] = value => JsonSerializer.Serialize(JsonSerializer.Serialize("\n" + value)),
        ["in Base64"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes("Tell " + value)),
        ["in Base64 for URLs"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes("To tell " + value + " ÿþü?")).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["in Base64 of many lines"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', 50) + value + new string('.', 60)), Base64FormattingOptions.InsertLineBreaks),
        ["in Base64 in Base64"] = value => Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)))),
        ["in Base64 in a URL"] = value => Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(value))),
        ["with what cannot be seen"] = value => string.Join('\u200B', value.ToCharArray()),
        ["with soft hyphens"] = value => value[..4] + "\u00AD" + value[4..],
        ["full width"] = value => string.Concat(value.Select(unit => unit == ' ' ? ' ' : (char)(unit - '!' + '\uFF01'))),
        ["mathematical"] = value => string.Concat(value.Select(Bold)),
    };

    public static TheoryData<string> WayNames { get; } = [.. Ways.Keys];

    [Theory]
    [MemberData(nameof(WayNames))]
    public void Look_IdentifierWrittenOtherwise_IsFoundInTextAndJson(string way)
    {
        Assert.All(Planted, planted =>
        {
            var text = $"See ({Ways[way](planted.Value)}), please.";

            Assert.Equal([planted.Type], ResidualScanner.InText(text, MaskPolicy.Default));
            Assert.Equal([planted.Type], ResidualScanner.InJson(JsonSerializer.SerializeToUtf8Bytes(new { Note = text }), MaskPolicy.Default, new HashSet<string>()));
        });
    }

    [Fact]
    public void Look_NumberInJson_IsACardWhereItsLastDigitIsRight()
    {
        Assert.Equal(["card"], ResidualScanner.InJson("""{"card":4539148803436467}"""u8, MaskPolicy.Default, new HashSet<string>()));
        Assert.Empty(ResidualScanner.InJson("""{"order":4539148803436468}"""u8, MaskPolicy.Default, new HashSet<string>()));
    }

    [Fact]
    public void Look_TextWithoutIdentifiers_SeesNoneIntoIt()
    {
        var seen = CorpusCase.All.Where(labelled => !labelled.Expected().Any() && ResidualScanner.InText(labelled.Text, MaskPolicy.Default).Count > 0);

        Assert.Empty(seen.Select(labelled => labelled.Text));
    }

    [Fact]
    public void Look_ImagesAndHashesInBase64_SeesNothing()
    {
        var random = new Random(7);
        var bytes = new byte[100_000];
        random.NextBytes(bytes);
        var image = new { Type = "image", Data = Convert.ToBase64String([0x89, .. "PNG\r\n\x1a\n"u8, .. bytes]) };

        Assert.Empty(ResidualScanner.InJson(JsonSerializer.SerializeToUtf8Bytes(image), MaskPolicy.Default, new HashSet<string>()));
    }

    [Fact]
    public void Look_TypeThatIsOnlyReported_IsLeft() =>
        Assert.Empty(ResidualScanner.InText("Z3JhY2UuaG9wcGVyQGV4YW1wbGUub3Jn", MaskPolicy.Create(new Dictionary<string, MaskMode> { ["email"] = MaskMode.Report })));

    private static string Bold(char unit) => unit switch
    {
        >= 'A' and <= 'Z' => char.ConvertFromUtf32(0x1D400 + unit - 'A'),
        >= 'a' and <= 'z' => char.ConvertFromUtf32(0x1D41A + unit - 'a'),
        >= '0' and <= '9' => char.ConvertFromUtf32(0x1D7CE + unit - '0'),
        _ => unit.ToString(),
    };
}
