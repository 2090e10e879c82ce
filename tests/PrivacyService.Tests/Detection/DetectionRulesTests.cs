using Platform.ServiceDefaults.Problems;
using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

public sealed class DetectionRulesTests
{
    [Fact]
    public void Find_TypesNamed_FindsThoseAlone()
    {
        const string text = "ada@example.com +49 30 1234567 203.0.113.7";

        Assert.Equal(["email"], Find(text, new DetectRequest { Types = ["email", "iban"] }));
        Assert.Equal(["phone", "ip"], Find(text, new DetectRequest { ExceptTypes = ["email"] }));
        Assert.Empty(Find(text, new DetectRequest { Types = [] }));
    }

    [Fact]
    public void Find_UnwantedKindAroundAWantedOne_DoesNotSwallowIt()
    {
        Assert.Equal(["4111111111111111"], Values("4111111111111111@example.com", new DetectRequest { Types = ["card"] }));
    }

    [Theory]
    [InlineData("Ada Lovelace wrote", "Ada Lovelace")]
    [InlineData("by ADA LOVELACE, 1843", "ADA LOVELACE")]
    [InlineData("Lovelace, Ada", "Lovelace")]
    [InlineData("Lovelaces and Adam")]
    [InlineData("山田さん", "山田")]
    [InlineData("O'Brien-Smith", "O'Brien")]
    [InlineData("Ada Ada Lovelace", "Ada Lovelace")]
    public void Find_Dictionary_FindsWholeWordsOfAnyCase(string text, params string[] expected)
    {
        var wishes = new DetectRequest
        {
            Dictionary = new Dictionary<string, IReadOnlyList<string>> { ["person_name"] = ["Ada Lovelace", "Lovelace", "山田", "O'Brien"] },
        };

        Assert.Equal(expected, Values(text, wishes));
    }

    [Fact]
    public void Find_DictionaryAndOtherKinds_AreInOrderAndApart()
    {
        var wishes = new DetectRequest
        {
            Dictionary = new Dictionary<string, IReadOnlyList<string>> { ["project"] = ["Bluebird", "ada@example.com and Bluebird"] },
            Patterns = [new PatternWish("ticket", "T-[0-9]{4}")],
            Deny = ["Eve"],
        };

        Assert.Equal(["ticket", "project", "denied", "ip"], Find("T-1234: ada@example.com and Bluebird, Eve, 203.0.113.7", wishes));
    }

    [Fact]
    public void Find_Allowed_StaysUnlessPartOfMoreOrDenied()
    {
        var wishes = new DetectRequest { Allow = ["support@example.com", "eve"], Deny = ["Eve"] };

        Assert.Equal(["ada@example.com", "Eve"], Values("SUPPORT@example.com ada@example.com Eve", wishes));
        Assert.Equal(["x.support@example.com"], Values("x.support@example.com", wishes));
    }

    [Theory]
    [InlineData("(?=x)y")]
    [InlineData(@"(a)\1")]
    [InlineData("(")]
    [InlineData("a*")]
    [InlineData("")]
    [InlineData("((a{1,500}){1,500}){1,500}")]
    public void Build_PatternThatCannotBeUsed_IsRefusedWithoutQuotingIt(string pattern)
    {
        var refused = Assert.Throws<ProblemException>(() =>
            DetectionRulesBuilder.Build(new DetectRequest { Patterns = [new PatternWish("x", "fine"), new PatternWish("x", pattern)] }));

        Assert.Equal("invalid_pattern", refused.Code);
        Assert.Contains("patterns[1]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_BeyondBounds_IsRefused()
    {
        string[] codes =
        [
            Code(new DetectRequest { Types = ["nothing"] }),
            Code(new DetectRequest { Dictionary = new Dictionary<string, IReadOnlyList<string>> { ["Bad Name"] = ["x"] } }),
            Code(new DetectRequest { Dictionary = new Dictionary<string, IReadOnlyList<string>> { ["x"] = [" "] } }),
            Code(new DetectRequest { Dictionary = new Dictionary<string, IReadOnlyList<string>> { ["x"] = [.. Many(600)], ["y"] = [.. Many(600)] } }),
            Code(new DetectRequest { Allow = [.. Many(1001)] }),
            Code(new DetectRequest { Deny = [new string('x', 129)] }),
            Code(new DetectRequest { Patterns = [.. Many(21).Select(value => new PatternWish("x", value))] }),
        ];

        Assert.Equal(
            ["unknown_type", "invalid_type", "invalid_values", "too_many_values", "invalid_values", "invalid_values", "too_many_patterns"], codes);
    }

    private static IEnumerable<string> Many(int count) => Enumerable.Range(0, count).Select(i => $"value{i}");

    private static string Code(DetectRequest wishes) => Assert.Throws<ProblemException>(() => DetectionRulesBuilder.Build(wishes)).Code;

    private static IEnumerable<string> Find(string text, DetectRequest wishes) => Findings(text, wishes).Select(finding => finding.Type);

    private static IEnumerable<string> Values(string text, DetectRequest wishes) =>
        Findings(text, wishes).Select(finding => text.Substring(finding.Start, finding.Length));

    private static List<Finding> Findings(string text, DetectRequest wishes)
    {
        var findings = new List<Finding>();
        DetectionTesting.Engine.Find(text, findings, DetectionRulesBuilder.Build(wishes));
        Assert.All(findings.Zip(findings.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        return findings;
    }
}
