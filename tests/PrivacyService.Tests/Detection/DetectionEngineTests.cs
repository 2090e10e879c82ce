using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

public sealed class DetectionEngineTests
{
    /// <summary>Texts that make a pattern engine go back and forth: near misses of every kind, over and over.</summary>
    public static TheoryData<string> HostilePieces =>
    [
        "a@", "@", "a.", "a@b.", "a@a-", "1", "12 ", "1-", "0123 ", "+1 ", "+", "(", "(0", "4111 ", "4111-1111-1111-111", "1.", "1.1.1.",
        "255.255.255.", ":", "::", "f:", "1::", "ffff:", "DE89", "DE89 3704 ", "psn_", "x@y.z", "0049 ", "tel 123456789 ", "０", "＠", "a\u0301@",
    ];

    /// <summary>Far from overflow when multiplied.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    [Fact]
    public void Find_OverlappingFindings_GivesOneThatCoversBoth()
    {
        const string text = "see 4111111111111111@example.com now";

        var finding = Assert.Single(Find(text));

        Assert.Equal("email", finding.Type);
        Assert.Equal("4111111111111111@example.com", text.Substring(finding.Start, finding.Length));
    }

    [Fact]
    public void Find_SeveralKinds_GivesThemInOrderApart()
    {
        const string text = "ada@example.com, +49 30 1234567, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, 203.0.113.7, 2001:db8::7";

        var findings = Find(text);

        Assert.Equal(["email", "phone", "card", "iban", "ip", "ip"], findings.Select(finding => finding.Type));
        Assert.All(findings.Zip(findings.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    [Fact]
    public void Find_CustomRecogniser_IsAskedWithoutOthersKnowing()
    {
        var findings = new List<Finding>();

        new DetectionEngine([new Hash()]).Find("a #1 b #2", findings);

        Assert.Equal([2, 7], findings.Select(finding => finding.Start));
    }

    [Theory]
    [InlineData("2024-11-21T04:42:21.123Z INFO request 550e8400-e29b-41d4-a716-446655440000 took 12.5 ms: ok (200) + more")]
    [InlineData("42% of C:\\ are full, R&D says")]
    public void Find_TextWithoutFinding_AllocatesNothing(string text)
    {
        var findings = new List<Finding>();
        // The least of some rounds: in the first ones the runtime itself may allocate.
        var least = Enumerable.Range(0, 10).Min(_ => DetectionTesting.AllocatedBy(() => DetectionTesting.Engine.Find(text, findings)));

        Assert.Empty(findings);
        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(HostilePieces))]
    public void Find_HostileText_TakesTimeInProportion(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        var findings = new List<Finding>();

        // The best of several rounds: other work on the machine only ever adds, and quadratic work never gets near.
        var (half, whole) = (Longest, Longest);
        for (var round = 0; round < 20 && !IsLinear(half, whole); round++)
        {
            half = ThreadTime.Least(half, () => DetectionTesting.Engine.Find(text.AsSpan(0, text.Length / 2), findings));
            whole = ThreadTime.Least(whole, () => DetectionTesting.Engine.Find(text, findings));
        }

        Assert.True(
            IsLinear(half, whole),
            $"{text.Length} characters took {whole.TotalMilliseconds} ms, half of them {half.TotalMilliseconds} ms.");
    }

    private static bool IsLinear(TimeSpan half, TimeSpan whole) =>
        whole < TimeSpan.FromMilliseconds(500) && whole < (half * 2.5) + TimeSpan.FromMilliseconds(1);

    private static List<Finding> Find(string text)
    {
        var findings = new List<Finding>();
        DetectionTesting.Engine.Find(text, findings);
        return findings;
    }

    private sealed class Hash : IRecogniser
    {
        public string Anchors => "#";

        public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
        {
            finding = new Finding("hash", anchor, 2, 1, "a hash");
            return true;
        }
    }
}
