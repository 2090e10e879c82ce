using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>
/// Time is in proportion to the text, whoever wrote it. How long a character takes is a matter of <c>benchmarks/Masking -- --hostile</c>; here is
/// only whether it takes longer where the text is longer, which neither a busy machine nor a build for debugging decides.
/// </summary>
public sealed class HostileTextTests
{
    /// <summary>Longer than anybody looks to either side, so that what is bounded by that has shown itself.</summary>
    private const int Length = 8 * 1024;
    private const int Times = 16;

    /// <summary>One time where a character always takes the same, sixteen where it takes as long as the text.</summary>
    private const double MostGrowth = 4;

    private const int MostLooks = 20;
    private const string Line = "2024-11-21T04:42:21.123Z INFO request 550e8400-e29b-41d4-a716-446655440000 took 12.5 ms: ok (200)\n";
    private const int MegabyteOfText = (1 << 20) / sizeof(char);

    public static TheoryData<string> Pieces => [.. HostileText.Pieces];

    [Theory]
    [MemberData(nameof(Pieces))]
    public void Find_HostileText_TakesTimeInProportionToItsLength(string piece) =>
        Assert.InRange(Growth(DetectionTesting.Engine, piece), 0, MostGrowth);

    [Fact]
    public void Find_RecogniserThatLooksBackToTheBeginning_IsSeenToTakeMore() =>
        Assert.InRange(Growth(new DetectionEngine([new BoundlessRecogniser()]), "@" + new string('a', 127), leastLooks: 5), MostGrowth, double.MaxValue);

    [Fact]
    public void Find_LongLog_TakesTimeInProportionToItsLength() =>
        Assert.InRange(Growth(DetectionTesting.Engine, Line), 0, MostGrowth);

    [Fact]
    public void Find_HundredMegabytes_AllocatesNothing()
    {
        var line = HostileText.Repeat(Line, MegabyteOfText);
        var text = new char[100 * MegabyteOfText];
        for (var i = 0; i < text.Length; i += line.Length)
        {
            line.AsSpan(0, Math.Min(line.Length, text.Length - i)).CopyTo(text.AsSpan(i));
        }

        var findings = new List<Finding>();
        var before = GC.GetAllocatedBytesForCurrentThread();
        DetectionTesting.Engine.Find(text, findings);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Empty(findings);
        Assert.InRange(allocated, 0, 16 * 1024);
    }

    /// <summary>
    /// How many times as long a character takes where the text is sixteen times as long. Of either the least is taken, over as many looks as it needs
    /// to be in proportion: other work makes the machine slower for a while, and never faster.
    /// </summary>
    private static double Growth(DetectionEngine engine, string piece, int leastLooks = 1)
    {
        var (little, much) = (HostileText.Repeat(piece, Length), HostileText.Repeat(piece, Length * Times));
        var findings = new List<Finding>();
        engine.Find(little, findings);
        var (ofLittle, ofMuch) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var look = 0; look < MostLooks && (look < leastLooks || ofMuch / ofLittle >= MostGrowth); look++)
        {
            ofLittle = ThreadTime.Least(ofLittle, () =>
            {
                for (var i = 0; i < Times; i++)
                {
                    engine.Find(little, findings);
                }
            });
            ofMuch = ThreadTime.Least(ofMuch, () => engine.Find(much, findings));
        }

        return ofMuch / ofLittle;
    }

    private sealed class BoundlessRecogniser : IRecogniser
    {
        public string Anchors => "@";

        public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
        {
            finding = default;
            var first = anchor;
            while (first > 0 && text[first - 1] != '\0')
            {
                first--;
            }

            return first > 0;
        }
    }
}
