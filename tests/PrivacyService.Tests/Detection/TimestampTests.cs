using Microsoft.Extensions.DependencyInjection;
using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

public sealed class TimestampTests
{
    private static readonly string[] Stamps =
    [
        "2024-11-21T04:42:21.123Z", "2024-11-21T04:42:21+01:00", "2024-11-21 04:42:21", "2024-11-21 04:42:21,123", "2024-11-21", "04:42:21",
        "Nov 21 04:42:21", "[21/Nov/2024:04:42:21 +0000]",
    ];

    [Theory]
    [InlineData("2024-11-21T04:42:21Z")]
    [InlineData("2024-11-21T04:42:21.1234567Z")]
    [InlineData("2024-11-21T04:42:21.123456789-0500")]
    [InlineData("2024-11-21T04:42:21+01:00")]
    [InlineData("2024-11-21 04:42:21")]
    [InlineData("2024-11-21 04:42:21", ",123")]
    [InlineData("2024-11-21 04:42:21", ".")]
    [InlineData("2024-11-21T04:42:21", "+4930")]
    [InlineData("2024-11-21", " at noon")]
    [InlineData("04:42:21", " node1")]
    [InlineData("04:42:21.5", "]")]
    [InlineData("", "2024-11-21-04-42-21")]
    [InlineData("", "2024-11-21T0442")]
    [InlineData("", "2024-11-2x")]
    [InlineData("", "2024-1")]
    [InlineData("", "04:42:21:aa:bb:cc")]
    [InlineData("", "04:42:21.1.1.1")]
    [InlineData("", "04:42:21ab")]
    [InlineData("", "04:42:2")]
    [InlineData("", "30:42:21")]
    [InlineData("", "04:60:21")]
    public void End_Text_IsWhereItsStampEnds(string stamp, string rest = "")
    {
        var text = stamp + rest;

        Assert.Equal(stamp.Length, Timestamp.End(text, 0, text.AsSpan().IndexOfAnyExceptInRange('0', '9')));
    }

    /// <summary>But what begins in the middle of a stamp, which the engine would not tell from a number.</summary>
    [Fact]
    public void Find_StampsAroundPersonalData_FindsWhatIsFoundWithoutSteppingOverThem()
    {
        var (quick, thorough) = (new List<Finding>(), new List<Finding>());
        var asking = new DetectionEngine([.. Registered(), new Reader(finds: false)]);
        foreach (var one in CorpusCase.All)
        {
            foreach (var stamp in Stamps)
            {
                var text = $"{one.Text} {stamp} {one.Text}{stamp}{one.Text}";
                DetectionTesting.Engine.Find(text, quick);
                asking.Find(text, thorough);

                Assert.All(thorough.Except(quick), finding => Assert.True(IsInside(finding.Start, stamp, text), $"{finding} in {text}"));
                Assert.All(quick.Except(thorough), finding => Assert.Contains(thorough, other => other.Start < finding.Start && other.End >= finding.End));
            }
        }
    }

    [Fact]
    public void Find_SomebodyReadsTimestamps_IsAskedInThem()
    {
        var findings = new List<Finding>();

        new DetectionEngine([new Reader(finds: true)]).Find("at 2024-11-21 04:42:21", findings);

        Assert.Equal([3, 14], findings.Select(finding => finding.Start));
    }

    [Theory]
    [InlineData("2024-11-21 04:42:15 2345 6789 started")]
    [InlineData("2024-11-21 04:42:05 123 4567 started")]
    [InlineData("2024-11-21 04:42:05 «0171 2345678» called", "phone")]
    [InlineData("2024-11-21T04:42:05,«415 555 2671»", "phone")]
    [InlineData("04:42:21 «ada@example.com»", "email")]
    [InlineData("dob=«2024-11-21»T04:42:21", "date_of_birth")]
    [InlineData("04:42:21 «00:1b:44:11:3a:b7»", "mac")]
    [InlineData("04:42:21 «2001:db8::7»", "ip")]
    public void Find_NextToStamp_IsFoundByItself(string marked, string type = "phone") => MarkedText.Check(type, marked);

    private static bool IsInside(int position, string stamp, string text)
    {
        var start = text.LastIndexOf(stamp, Math.Min(text.Length, position + stamp.Length) - 1, StringComparison.Ordinal);
        return start >= 0 && position < start + stamp.Length;
    }

    private static IEnumerable<IRecogniser> Registered()
    {
        var services = new ServiceCollection();
        services.AddDetection();
        return services.BuildServiceProvider().GetServices<IRecogniser>();
    }

    private sealed class Reader(bool finds) : IRecogniser
    {
        public string Anchors => "02";

        public bool ReadsTimestamps => true;

        public bool Wants(AnchorShape shape) => shape is { Length: 4, Next: '-' } or { Length: 2, Next: ':', Previous: ' ' };

        public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
        {
            finding = new Finding("stamp", anchor, 2, 1, "a stamp");
            return finds;
        }
    }
}
