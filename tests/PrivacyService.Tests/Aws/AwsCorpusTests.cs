using PrivacyService.Aws;
using PrivacyService.Detection;

namespace PrivacyService.Tests.Aws;

/// <summary>
/// A line of a corpus is a text in which what must be found stands between « and », then, after a tab, the types in order. A line
/// without marks must find nothing. ⏎ is a line break and ⇥ a tab.
/// </summary>
public sealed class AwsCorpusTests
{
    [Theory]
    [InlineData("ec2")]
    [InlineData("arn")]
    [InlineData("account")]
    [InlineData("iam")]
    [InlineData("credentials")]
    [InlineData("hosts")]
    [InlineData("names")]
    public void Find_Corpus_GivesWhatIsMarkedAndNothingElse(string family)
    {
        var wrong = AwsTesting.Corpus(family).Select(Check).OfType<string>().ToList();

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Corpus_OfAllFamilies_HasHundredsOfCasesOfEitherKind()
    {
        var cases = AwsTesting.Families.SelectMany(AwsTesting.Corpus).ToList();

        Assert.True(cases.Count >= 400);
        Assert.True(cases.Count(line => !line.Contains('«')) >= 150);
        Assert.Equal(cases.Count, cases.Distinct().Count());
    }

    private static string? Check(string line)
    {
        var columns = line.Split('\t');
        var marked = columns[0].Replace('⏎', '\n').Replace('⇥', '\t');
        var text = marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
        var findings = new List<Finding>();

        AwsScanner.Find(text, findings);

        var types = string.Join(',', findings.Select(finding => finding.Type));
        var isRight = Mark(text, findings) == marked && (columns.Length == 1 || types == columns[1]);
        return isRight ? null : $"{line}  ->  {Mark(text, findings)} {types}";
    }

    private static string Mark(string text, List<Finding> findings) =>
        findings.AsEnumerable().Reverse().Aggregate(text, (marked, finding) => marked.Insert(finding.End, "»").Insert(finding.Start, "«"));
}
