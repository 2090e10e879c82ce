using PrivacyService.Detection;
using PrivacyService.Tests.Detection;

namespace Platform.Benchmarks.Masking;

/// <summary>Text that is written to take long, beside the median of ordinary text: what a character takes of this thread's processor time.</summary>
internal static class HostileSection
{
    private const int Length = 64 * 1024;
    private const int OrdinaryCases = 100;
    private const int Looks = 3;
    private const double MostTimesOrdinary = 10;

    private static readonly List<Finding> Findings = [];

    /// <returns>Whether a goal is missed.</returns>
    public static bool IsMissed(Arguments arguments)
    {
        var rounds = arguments.Read("--rounds", 7);
        var hostile = HostileText.Pieces.Select(piece => HostileText.Repeat(piece, Length)).ToArray();
        var ordinary = CorpusCase.All.Select(one => one.Text).Chunk(OrdinaryCases).Select(texts => HostileText.Repeat(string.Join('\n', texts), Length)).ToArray();
        var nanoseconds = new List<double>();
        var ratios = hostile.Select(_ => new List<double>()).ToArray();
        for (var round = -3; round < rounds; round++)
        {
            var usual = Figures.Median(ordinary.Select(PerCharacter));
            var times = hostile.Select(PerCharacter).ToArray();
            if (round >= 0)
            {
                nanoseconds.Add(usual);
                Enumerable.Range(0, times.Length).ToList().ForEach(i => ratios[i].Add(times[i] / usual));
            }
        }

        Console.WriteLine($"{rounds} rounds: medians (lowest-highest). Ordinary text takes {Figures.Range(nanoseconds)} ns a character.");
        Console.WriteLine();
        Console.WriteLine("| over and over | × ordinary | goal |");
        Console.WriteLine("|---|---|---|");
        var isMissed = false;
        foreach (var (piece, ratio) in HostileText.Pieces.Zip(ratios).OrderByDescending(one => Figures.Median(one.Second)))
        {
            var missed = Figures.Median(ratio) > MostTimesOrdinary;
            isMissed |= missed;
            Console.WriteLine($"| `{piece.Replace("\0", "\\0", StringComparison.Ordinal)}` | {Figures.Ratios(ratio)} | ≤ {MostTimesOrdinary}{(missed ? ", **missed**" : "")} |");
        }

        return isMissed;
    }

    private static double PerCharacter(string text) =>
        Enumerable.Range(0, Looks).Min(_ => ThreadTime.Of(() => DetectionTesting.Engine.Find(text, Findings))).TotalNanoseconds / text.Length;
}
