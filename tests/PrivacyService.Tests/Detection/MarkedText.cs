using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>Text in which the part between « and » is what must be found; without them nothing must be.</summary>
internal static class MarkedText
{
    public static string Plain(string marked) =>
        marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);

    public static void Check(string type, string marked)
    {
        var text = Plain(marked);
        var expected = new List<string>();
        for (var from = marked.IndexOf('«', StringComparison.Ordinal); from >= 0; from = marked.IndexOf('«', from + 1))
        {
            expected.Add(marked[(from + 1)..marked.IndexOf('»', from)]);
        }

        var findings = new List<Finding>();
        DetectionTesting.Engine.Find(text, findings);

        Assert.Equal(expected, findings.Where(finding => finding.Type == type).Select(finding => text.Substring(finding.Start, finding.Length)));
        Assert.All(findings, finding =>
        {
            Assert.InRange(finding.Score, 0.5, 1);
            Assert.NotEmpty(finding.Why);
        });
    }
}
