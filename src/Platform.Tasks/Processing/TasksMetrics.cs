using System.Diagnostics;
using System.Diagnostics.Metrics;
using Platform.Tasks.Queues;

namespace Platform.Tasks.Processing;

/// <summary>What is measured of the engine. Tags hold names of types and states only.</summary>
internal sealed class TasksMetrics
{
    public const string MeterName = "TaskService";

    private readonly UpDownCounter<long> _inFlight;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _run;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _dead;
    private readonly Counter<long> _claims;
    private readonly Counter<long> _refused;
    private IReadOnlyList<(Lane Lane, long Waiting, long Pending)> _depths = [];

    public TasksMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "platform.tasks.depth",
            () => Volatile.Read(ref _depths).SelectMany(depth => new[]
            {
                Depth(depth.Lane, depth.Waiting, "waiting"),
                Depth(depth.Lane, depth.Pending, "pending"),
            }),
            "{task}", "Tasks in the queue, sampled: waiting for a worker, or with one.");
        _inFlight = meter.CreateUpDownCounter<long>("platform.tasks.in_flight", "{task}", "Tasks that this process runs now.");
        _wait = meter.CreateHistogram<double>("platform.tasks.wait.duration", "s", "From when a task could be begun until it was.");
        _run = meter.CreateHistogram<double>("platform.tasks.run.duration", "s", "How long an attempt took.");
        _retries = meter.CreateCounter<long>("platform.tasks.retries", "{attempt}", "Attempts after which the task is to be tried again.");
        _dead = meter.CreateCounter<long>("platform.tasks.dead", "{task}", "Tasks that were given up.");
        _claims = meter.CreateCounter<long>("platform.tasks.claims", "{delivery}", "Deliveries taken over from workers that gave no sign.");
        _refused = meter.CreateCounter<long>(
            "platform.tasks.stale_writes", "{attempt}", "Attempts whose writes were refused because another had taken over.");
    }

    public void Sampled(IReadOnlyList<(Lane Lane, long Waiting, long Pending)> depths) => Volatile.Write(ref _depths, depths);

    public void Begun(string type, TimeSpan waited)
    {
        _inFlight.Add(1, new KeyValuePair<string, object?>("type", type));
        _wait.Record(Math.Max(0, waited.TotalSeconds), new KeyValuePair<string, object?>("type", type));
    }

    public void Ended(string type, string outcome, TimeSpan ran)
    {
        _inFlight.Add(-1, new KeyValuePair<string, object?>("type", type));
        _run.Record(ran.TotalSeconds, new TagList { { "type", type }, { "outcome", outcome } });
        if (outcome == "dead")
        {
            _dead.Add(1, new KeyValuePair<string, object?>("type", type));
        }
    }

    public void Retried(string type) => _retries.Add(1, new KeyValuePair<string, object?>("type", type));

    public void Claimed(int deliveries) => _claims.Add(deliveries);

    public void Refused() => _refused.Add(1);

    private static Measurement<long> Depth(Lane lane, long tasks, string state) => new(
        tasks, new("queue", lane.Queue), new("priority", lane.Name[(lane.Queue.Length + 1)..]), new("state", state));
}
