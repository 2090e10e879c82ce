using System.Collections.Concurrent;

namespace Platform.Tasks.Statistics;

/// <summary>What happened to tasks in this process since it was last written: counted in memory, so that a task costs no trip for it.</summary>
internal sealed class TaskTally
{
    /// <summary>Names of types are those of handlers and callers; were there ever more, the rest is counted together.</summary>
    private const int MostTypes = 500;

    private const string Others = "other";

    private readonly ConcurrentDictionary<string, TypeTally> _types = new(StringComparer.Ordinal);

    public void Count(string type, TaskCount what, long times = 1) => Of(type).Add(what, times);

    public void Waited(string type, TimeSpan duration) => Of(type).Waited(duration);

    public void Ran(string type, TimeSpan duration) => Of(type).Ran(duration);

    /// <summary>Takes what was counted; from now on it is counted from nothing.</summary>
    public IReadOnlyList<(string Field, long Times)> Take()
    {
        var taken = new List<(string, long)>();
        foreach (var (type, tally) in _types)
        {
            tally.TakeTo(type, taken);
        }

        return taken;
    }

    /// <summary>Gives back what was taken and could not be written.</summary>
    public void Return(IReadOnlyList<(string Field, long Times)> taken)
    {
        foreach (var (field, times) in taken)
        {
            if (StatisticsField.TryParse(field, out var parsed))
            {
                Of(parsed.Type).Add(parsed, times);
            }
        }
    }

    private TypeTally Of(string type) => _types.TryGetValue(type, out var tally) ? tally
        : _types.GetOrAdd(_types.Count < MostTypes ? type : Others, static _ => new TypeTally());

    private sealed class TypeTally
    {
        private readonly long[] _counts = new long[StatisticsField.Words.Count];
        private readonly long[] _waits = new long[DurationBuckets.Count];
        private readonly long[] _runs = new long[DurationBuckets.Count];

        public void Add(TaskCount what, long times) => Interlocked.Add(ref _counts[(int)what], times);

        public void Waited(TimeSpan duration) => Interlocked.Increment(ref _waits[DurationBuckets.Of(duration)]);

        public void Ran(TimeSpan duration) => Interlocked.Increment(ref _runs[DurationBuckets.Of(duration)]);

        public void Add(StatisticsField field, long times) => Interlocked.Add(ref Series(field.Series)[field.Place], times);

        public void TakeTo(string type, List<(string Field, long Times)> taken)
        {
            foreach (var series in Enum.GetValues<StatisticsSeries>())
            {
                var counts = Series(series);
                for (var i = 0; i < counts.Length; i++)
                {
                    if (Volatile.Read(ref counts[i]) != 0)
                    {
                        taken.Add((new StatisticsField(series, i, type).ToString(), Interlocked.Exchange(ref counts[i], 0)));
                    }
                }
            }
        }

        private long[] Series(StatisticsSeries series) => series switch
        {
            StatisticsSeries.Waits => _waits,
            StatisticsSeries.Runs => _runs,
            _ => _counts,
        };
    }
}
