using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>No text takes much longer than others of its length, whoever wrote it.</summary>
public sealed class HostileTextTests
{
    private const int Length = 64 * 1024;
    private const int Rounds = 15;
    private const double MostTimesOrdinary = 10;
    private const int MegabyteOfText = (1 << 20) / sizeof(char);

    private static readonly Lazy<double> Ordinary = new(MeasureOrdinary);

    /// <summary>Near misses of every kind, over and over, and what makes a recogniser look furthest or reckon most.</summary>
    public static TheoryData<string> Pieces =>
    [
        "1", "9", "@", "a@", "@a", "a@b.", "a@b.c ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@", ".", "a.", "1.", "1.1.1.", "255.255.255.256 ",
        ":", "::", "1:", "ab:", "ffff:", "1::", "aa:bb:cc:dd:ee:", "://", "a://", "a://b:", "a://b:c", "a://b:c@", "-", "--", "-----", "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----AAAA ", "_", "a_", "ghp_", "sk_live_", "sk-", "xoxb-1-", "AKIA", "AIza", "SG.", "I", "eyJ", "eyJ.", " eyJ",
        " eyJabcdefghijk.", " eyJabcdefghijkl.eyJabcdefghijkl", "bearer ", "Bearer Bearer", "basic ", "authorization: basic ", "b", "password=", "password: ", "dob=", "date of birth: ",
        "=", "a=", "\":\"", "(", "(0", "(415) ", "+", "+1", "+1 ", "0049 ", "00", "01 ", "12 ", "123 ", "12 12 ", "200 200 ", "415-555-", "tel 4155552671x", "1234 ", "4111 ",
        "4111-1111-1111-111", "4111111111111111 ", "5500000000000005 ", "123-45-", "ssn 123 45 ", "DE89", "DE89 3704 ", "GB82WEST1234569876543", " 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        " 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz", " 1111111111111111111114oLvT3", "bc1", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp ", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD ",
        "[", "{\"a\":[", "\\u0040", "０", "１２ ", "＠", "a\u0301@", "é", "電話1", "\0",
    ];

    [Theory]
    [MemberData(nameof(Pieces))]
    public void Find_HostileText_TakesAtMostTenTimesAsLongAsOrdinaryText(string piece)
    {
        // Another look at both before it counts as a fault: other work makes the machine slower for a while.
        var (time, ordinary) = (TimePerCharacter(Repeat(piece)), Ordinary.Value);
        for (var look = 0; look < 5 && time > MostTimesOrdinary * ordinary; look++)
        {
            ordinary = MeasureOrdinary();
            time = TimePerCharacter(Repeat(piece));
        }

        Assert.True(time <= MostTimesOrdinary * ordinary, $"{time:0.0} ns a character, and {ordinary:0.0} ns in ordinary text.");
    }

    [Fact]
    public void Find_HundredMegabytes_TakesTimeInProportionAndNoMemory()
    {
        var line = Repeat("2024-11-21T04:42:21.123Z INFO request 550e8400-e29b-41d4-a716-446655440000 took 12.5 ms: ok (200)\n", MegabyteOfText);
        var text = new char[100 * MegabyteOfText];
        for (var i = 0; i < text.Length; i += line.Length)
        {
            line.AsSpan(0, Math.Min(line.Length, text.Length - i)).CopyTo(text.AsSpan(i));
        }

        var findings = new List<Finding>();
        var little = Enumerable.Range(0, Rounds).Min(_ => ThreadTime.Of(() => DetectionTesting.Engine.Find(line, findings)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var time = ThreadTime.Of(() => DetectionTesting.Engine.Find(text, findings));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Empty(findings);
        Assert.InRange(allocated, 0, 16 * 1024);
        Assert.True(time < little * 100 * 2.5, $"A megabyte takes {little.TotalMilliseconds} ms, a hundred {time.TotalMilliseconds} ms.");
    }

    private static double MeasureOrdinary()
    {
        var times = CorpusCase.All.Select(one => one.Text).Chunk(100).Select(texts => TimePerCharacter(Repeat(string.Join('\n', texts)))).Order().ToArray();
        return times[times.Length / 2];
    }

    private static double TimePerCharacter(string text)
    {
        var findings = new List<Finding>();
        return Enumerable.Range(0, Rounds).Min(_ => ThreadTime.Of(() => DetectionTesting.Engine.Find(text, findings))).TotalNanoseconds / text.Length;
    }

    private static string Repeat(string piece, int length = Length) =>
        string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1))[..length];
}
