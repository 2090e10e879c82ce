using System.Diagnostics.Metrics;
using Platform.Tasks.Processing;

namespace Platform.Tasks.Schedules;

/// <summary>What is measured of schedules. Tags hold names of types and policies only.</summary>
internal sealed class SchedulesMetrics
{
    private readonly Counter<long> _missed;
    private readonly Histogram<double> _lateness;

    public SchedulesMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TasksMetrics.MeterName);
        _missed = meter.CreateCounter<long>("platform.schedules.missed", "{run}", "Runs of schedules that were missed and will not happen.");
        _lateness = meter.CreateHistogram<double>("platform.schedules.lateness", "s", "From the slot of a run until it was enqueued.");
    }

    public void Enqueued(string type, TimeSpan late) => _lateness.Record(late.TotalSeconds, new KeyValuePair<string, object?>("type", type));

    public void Missed(MissedRuns policy, int runs) => _missed.Add(runs, new KeyValuePair<string, object?>("policy", Word(policy)));

    private static string Word(MissedRuns policy) => policy switch
    {
        MissedRuns.Skip => "skip",
        MissedRuns.Once => "once",
        _ => "all",
    };
}
