using System.Text.Json;
using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>In each case the part between « and » is what must be found.</summary>
public sealed class DecodedTextTests
{
    [Theory]
    [InlineData("to=«grace%40example.com»&x=1")]
    [InlineData("to=«grace%2540example.com»&x=1")]
    [InlineData("to=«grace%252540example.com»")]
    [InlineData("to%3D«grace%40example.com»%26x")]
    [InlineData("«j%C3%B6rg@example.de»")]
    [InlineData("%22«grace@example.com»%22")]
    [InlineData("{\"to\":\"«grace\\u0040example.com»\"}")]
    [InlineData("{\\\"to\\\":\\\"«grace\\\\u0040example.com»\\\"}")]
    [InlineData("{\\\\\\\"to\\\\\\\":\\\\\\\"«grace\\\\\\\\u0040example.com»\\\\\\\"}")]
    [InlineData("line\\n«grace@example.com»\\nnext")]
    [InlineData("line\\\\n«grace@example.com»\\\\nnext")]
    [InlineData("\\t«grace@example.com»\\r\\n")]
    [InlineData("«grace\\x40example.com»")]
    [InlineData("«grace&#64;example.com»")]
    [InlineData("«grace&#x40;example.com»&lt;")]
    [InlineData("«gr\u200Bace@exa\u00ADmple.com»")]
    [InlineData("«grace@example\u2060.com»")]
    [InlineData("«\U0001D420\U0001D42B\U0001D41A\U0001D41C\U0001D41E@example.com»")]
    [InlineData("«ⓖrace@example.com»")]
    [InlineData("50% of a\\b & c; «grace@example.com»")]
    public void Email(string marked) => MarkedText.Check(DataKind.Email, marked);

    [Theory]
    [InlineData("to=«%2B14155550123»&x=1")]
    [InlineData("to=«%252B14155550123»&x=1")]
    [InlineData("call «\\u002b1\\u0034155550123» now")]
    [InlineData("call «+1\u200B415\u200B5550123» now")]
    [InlineData("call «+1\u00AD4155550123» now")]
    [InlineData("\\n«+14155550123»\\n")]
    public void Phone(string marked) => MarkedText.Check(DataKind.Phone, marked);

    [Theory]
    [InlineData("«4111%201111%201111%201111»")]
    [InlineData("«4111\u200B1111\u200B1111\u200B1111»")]
    [InlineData("«\U0001D7D2\U0001D7CF\U0001D7CF\U0001D7CF1111\U0001D7CF\U0001D7CF\U0001D7CF\U0001D7CF1111»")]
    [InlineData("«４１１１\u00AD１１１１１１１１１１１１»")]
    [InlineData("%22«4111111111111111»%22")]
    public void Card(string marked) => MarkedText.Check(DataKind.Card, marked);

    [Fact]
    public void Find_AcrossTheEndOfAPiece_IsFoundOnce()
    {
        const string value = "grace%40example.com";
        for (var at = (128 * 1024) - 30; at < (128 * 1024) + 5; at++)
        {
            var text = new string(' ', at) + value + " %41";

            Assert.Equal([new Finding(DataKind.Email, at, value.Length, 0.95, "mailbox and a domain with a top level")], Find(text));
        }
    }

    [Fact]
    public void Find_AnyMixtureOfPieces_GivesFindingsInOrderWithinTheText()
    {
        string[] pieces = ["%", "%4", "%40", "%C3", "%B6", "\\", "\\u", "\\u0040", "\\u00", "\\n", "\\x", "&", "&#", "&#64;", "\u200B", "\uD835", "\uDC00", "\U0001D7CF", "grace", "@example.com", "4111", "1111", "+1415", "5550123", " ", "\"", "password=", "é"];
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            var end = 0;
            foreach (var finding in Find(text))
            {
                Assert.True(finding.Start >= end && finding.Length > 0 && finding.End <= text.Length, $"{finding} in {JsonSerializer.Serialize(text)}");
                end = finding.End;
            }
        }
    }

    private static List<Finding> Find(string text)
    {
        var findings = new List<Finding>();
        DetectionTesting.Engine.Find(text, findings);
        return findings;
    }
}
