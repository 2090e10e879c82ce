using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PrivacyService.Documents;
using PrivacyService.Tokens;

namespace PrivacyService.Tests.Pseudonyms;

public sealed partial class DocumentRewriterTests
{
    private readonly MemoryPrivacy _privacy = new();

    [Theory]
    [InlineData("""{"email":"ada@example.com","n":1}""", """{"email":"T","n":1}""")]
    [InlineData("""{ "a" : 1.50e+3 ,	"email":"x","b":[ true,null ] }""", """{ "a" : 1.50e+3 ,	"email":"T","b":[ true,null ] }""")]
    [InlineData("""{"email":1e400}""", """{"email":"T"}""")]
    [InlineData("""{"email":123456789012345678901234567890}""", """{"email":"T"}""")]
    [InlineData("""{"email":[true,false,null,"",-0]}""", """{"email":["T","T",null,"","T"]}""")]
    [InlineData("""{"email":{"home":"x","work":[{"at":"y"}]}}""", """{"email":{"home":"T","work":[{"at":"T"}]}}""")]
    [InlineData("""{"e\u006dail":"x"}""", """{"e\u006dail":"T"}""")]
    [InlineData("""{"t":"write ada@example.com or call +49 30 1234567!"}""", """{"t":"write T or call T!"}""")]
    [InlineData("""{"t":"caf\u00e9 \"ada\u0040example.com\" \/"}""", """{"t":"caf\u00e9 \"T\" \/"}""")]
    [InlineData("""{"t":"😀 ada@example.com \ud83d\ude00 bob@example.com"}""", """{"t":"😀 T \ud83d\ude00 T"}""")]
    [InlineData("""{"ada@example.com":"a key is no value"}""", """{"ada@example.com":"a key is no value"}""")]
    [InlineData("""{"n":4111111111111111,"m":1e400}""", """{"n":"T","m":1e400}""")]
    [InlineData("""["ada@example.com",{"email":"x","email":"y"}]""", """["T",{"email":"T","email":"T"}]""")]
    [InlineData("\"ada@example.com\"", "\"T\"")]
    [InlineData(" null ", " null ")]
    [InlineData("{}", "{}")]
    public void Rewrite_Document_ReplacesValuesAndNothingElse(string json, string expected)
    {
        var pseudonymized = _privacy.Pseudonymize(json, ["email"]);

        Assert.Equal(expected, WrittenToken().Replace(pseudonymized, match => PseudonymToken.IsToken(Unescaped(match.Value)) ? "T" : match.Value));
        Assert.Equal(Regex.Count(expected, "\\bT\\b"), _privacy.Replaced);
        Assert.Equal(json, _privacy.Restore(pseudonymized));
    }

    [Fact]
    public void Rewrite_SameValueInAFieldInTextAndEscaped_GivesOneToken()
    {
        var pseudonymized = _privacy.Pseudonymize(
            """{"email":"ada@example.com","t":"to ada@example.com","u":"ada\u0040example.com","v":"\u0061da@example.com"}""", ["email"]);

        var document = JsonDocument.Parse(pseudonymized).RootElement;
        var token = document.GetProperty("email").GetString();
        Assert.Equal("to " + token, document.GetProperty("t").GetString());
        Assert.Equal(token, document.GetProperty("u").GetString());
        Assert.Equal(token, document.GetProperty("v").GetString());
    }

    [Fact]
    public void Rewrite_NumberAndStringAlike_GivesTwoTokens()
    {
        var document = JsonDocument.Parse(_privacy.Pseudonymize("""{"id":5,"ID":"5"}""", ["id"])).RootElement;

        Assert.NotEqual(document.GetProperty("id").GetString(), document.GetProperty("ID").GetString());
    }

    [Fact]
    public void Rewrite_OtherScopeOrOwner_GivesOtherTokens()
    {
        const string json = """{"email":"ada@example.com"}""";
        string[] tokens =
        [
            _privacy.Pseudonymize(json, ["email"]),
            _privacy.Pseudonymize(json, ["email"], scope: "request:1"),
            _privacy.Pseudonymize(json, ["email"], scope: "request:2"),
            _privacy.Pseudonymize(json, ["email"], scope: "conversation:1"),
            _privacy.Pseudonymize(json, ["email"], scope: "tenant"),
            new MemoryPrivacy("usr_2").Pseudonymize(json, ["email"]),
            new MemoryPrivacy("usr_2").Pseudonymize(json, ["email"], scope: "request:1"),
        ];

        Assert.Equal(tokens.Length, tokens.Distinct().Count());
        Assert.Equal(tokens[0], _privacy.Pseudonymize(json, ["email"]));
        Assert.Equal(tokens[4], new MemoryPrivacy("usr_2").Pseudonymize(json, ["email"], scope: "tenant"));
    }

    [Fact]
    public void Rewrite_PseudonymizedDocument_LeavesItAsItIs()
    {
        var once = _privacy.Pseudonymize("""{"email":"ada@example.com","t":"x@y.com@example.com, bob@example.com"}""", ["email"]);
        var entries = _privacy.Entries;

        Assert.Equal(once, _privacy.Pseudonymize(once, ["email"]));
        Assert.Equal(entries, _privacy.Entries);
    }

    [Fact]
    public void Rewrite_EscapedTokenWrittenPlain_StillRestoresTheValue()
    {
        var pseudonymized = _privacy.Pseudonymize("""{"email":"ada\u0040example.com"}""", ["email"]);
        Assert.Contains("\\u", pseudonymized, StringComparison.Ordinal);

        var rewritten = JsonSerializer.Serialize(JsonDocument.Parse(pseudonymized));

        Assert.Equal("""{"email":"ada@example.com"}""", _privacy.Restore(rewritten.Replace("\\u", "?", StringComparison.Ordinal)));
    }

    [Fact]
    public void Restore_TokensInsideOtherText_PutsEveryKindBack()
    {
        var pseudonymized = _privacy.Pseudonymize("""{"id":42,"name":"Ada \"L\""}""", ["id", "name"]);
        var document = JsonDocument.Parse(pseudonymized).RootElement;
        var (id, name) = (document.GetProperty("id").GetString(), document.GetProperty("name").GetString()!.ToUpperInvariant());

        Assert.Equal("""["no 42: **Ada \"L\"**s"]""", _privacy.Restore($"""["no {id}: **{name}**s"]"""));
    }

    [Theory]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":\"\u0001\"}")]
    [InlineData("{} {}")]
    [InlineData("// x\n{}")]
    [InlineData("{\"a\"")]
    [InlineData("")]
    public void Rewrite_NotJson_IsRefusedWithoutQuotingIt(string json)
    {
        var refused = Assert.Throws<InvalidDocumentException>(() => _privacy.Pseudonymize(json, ["x"]));

        Assert.DoesNotContain("NaN", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_InvalidUtf8OrTooDeep_IsRefused()
    {
        byte[] broken = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        var deep = Encoding.UTF8.GetBytes(new string('[', 65) + new string(']', 65));
        var allowed = Encoding.UTF8.GetBytes(new string('[', 64) + new string(']', 64));

        Assert.Throws<InvalidDocumentException>(() => _privacy.Pseudonymize(broken, ["x"], detect: true, "subject"));
        Assert.Throws<InvalidDocumentException>(() => _privacy.Pseudonymize(deep, ["x"], detect: true, "subject"));
        Assert.Equal(allowed, _privacy.Pseudonymize(allowed, ["x"], detect: true, "subject"));
    }

    private static string Unescaped(string written) => JsonSerializer.Deserialize<string>($"\"{written}\"")!;

    [GeneratedRegex("psn_(?:[0-9a-z]|\\\\u00[0-9a-f]{2}){28}")]
    private static partial Regex WrittenToken();
}
