using System.Globalization;

namespace PrivacyService.Tests.Detection;

/// <summary>How much of what there is the engine finds, and how much of what it finds there is.</summary>
public sealed class CorpusTests
{
    private const int FewestCases = 2000;
    private const double LeastRecall = 0.99;
    private const double LeastPrecision = 0.98;
    private const int MostShown = 40;

    /// <summary>A finding counts when type and span are right to the character; one that is not counts as missed and as wrong.</summary>
    [Fact]
    public void Corpus_AllCases_AreFoundAndNothingElse()
    {
        var wrong = new List<string>();
        var counts = new SortedDictionary<string, Count>(StringComparer.Ordinal);
        foreach (var one in CorpusCase.All)
        {
            var expected = one.Expected().ToHashSet();
            var found = one.Found().ToHashSet();
            wrong.AddRange(expected.Except(found).Select(label => $"missed {label} in {one.Text}"));
            wrong.AddRange(found.Except(expected).Select(label => $"wrong {label} in {one.Text}"));
            foreach (var label in expected.Union(found))
            {
                var count = counts.GetValueOrDefault(label.Type);
                counts[label.Type] = new Count(
                    count.There + (expected.Contains(label) ? 1 : 0),
                    count.Found + (found.Contains(label) ? 1 : 0),
                    count.Right + (expected.Contains(label) && found.Contains(label) ? 1 : 0));
            }
        }

        var all = new Count(counts.Values.Sum(count => count.There), counts.Values.Sum(count => count.Found), counts.Values.Sum(count => count.Right));
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{CorpusCase.All.Count} cases: {all}");
        foreach (var (type, count) in counts)
        {
            output.WriteLine($"{type}: {count}");
        }

        Assert.True(CorpusCase.All.Count >= FewestCases);
        Assert.True(
            all.Recall >= LeastRecall && all.Precision >= LeastPrecision,
            $"{all}\n{string.Join('\n', wrong.Take(MostShown))}");
    }

    private readonly record struct Count(int There, int Found, int Right)
    {
        public double Recall => There == 0 ? 1 : (double)Right / There;

        public double Precision => Found == 0 ? 1 : (double)Right / Found;

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{There} there, {Found} found, recall {Recall:0.0000}, precision {Precision:0.0000}");
    }
}
