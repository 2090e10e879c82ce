using System.Diagnostics;
using System.Diagnostics.Metrics;
using Platform.Tasks.Gates;
using Platform.Tasks.Queues;
using Platform.Tasks.Statistics;

namespace Platform.Tasks.Processing;

/// <summary>What is measured of the engine. Tags hold names of types, queues and states only. What is counted goes into the statistics too.</summary>
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
    private readonly Counter<long> _submitted;
    private readonly TaskTally _tally;
    private IReadOnlyList<QueueState> _queues = [];
    private long _parked;

    public TasksMetrics(IMeterFactory meters, TaskTally tally)
    {
        _tally = tally;
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "platform.tasks.depth",
            () => Volatile.Read(ref _queues).SelectMany(queue => queue.Lanes.SelectMany(lane => new[]
            {
                Of(lane.Lane, lane.Waiting, "waiting"),
                Of(lane.Lane, lane.Running, "pending"),
            })),
            "{task}", "Tasks in the queue, sampled: waiting for a worker, or with one.");
        meter.CreateObservableGauge(
            "platform.tasks.delayed",
            () => Volatile.Read(ref _queues).Select(queue => new Measurement<long>(queue.Delayed, new KeyValuePair<string, object?>("queue", queue.Name))),
            "{task}", "Tasks that wait for their time, sampled.");
        meter.CreateObservableGauge(
            "platform.tasks.dependent",
            () => Volatile.Read(ref _queues).Select(queue => new Measurement<long>(queue.Dependent, new KeyValuePair<string, object?>("queue", queue.Name))),
            "{task}", "Tasks that wait for others to end, sampled.");
        meter.CreateObservableGauge(
            "platform.tasks.parked", () => Volatile.Read(ref _parked), "{task}", "Tasks that wait for others of their key or owner, sampled.");
        meter.CreateObservableGauge(
            "platform.tasks.oldest.age",
            () => Volatile.Read(ref _queues).SelectMany(queue => queue.Lanes.Select(lane => Of(lane.Lane, lane.OldestAge.TotalSeconds))),
            "s", "How long the first of the waiting tasks has waited, sampled; 0 where none waits.");
        _submitted = meter.CreateCounter<long>("platform.tasks.submitted", "{task}", "Tasks that were accepted.");
        _inFlight = meter.CreateUpDownCounter<long>("platform.tasks.in_flight", "{task}", "Tasks that this process runs now.");
        _wait = meter.CreateHistogram<double>("platform.tasks.wait.duration", "s", "From when a task could be begun until it was.");
        _run = meter.CreateHistogram<double>("platform.tasks.run.duration", "s", "How long an attempt took.");
        _retries = meter.CreateCounter<long>("platform.tasks.retries", "{attempt}", "Attempts after which the task is to be tried again.");
        _dead = meter.CreateCounter<long>("platform.tasks.dead", "{task}", "Tasks that were given up.");
        _claims = meter.CreateCounter<long>("platform.tasks.claims", "{delivery}", "Deliveries taken over from workers that gave no sign.");
        _refused = meter.CreateCounter<long>(
            "platform.tasks.stale_writes", "{attempt}", "Attempts whose writes were refused because another had taken over.");
    }

    public void Sampled(IReadOnlyList<QueueState> queues, ParkedTasks parked)
    {
        Volatile.Write(ref _queues, queues);
        Volatile.Write(ref _parked, parked.Tasks);
    }

    public void Submitted(string type, int tasks = 1)
    {
        _submitted.Add(tasks, new KeyValuePair<string, object?>("type", type));
        _tally.Count(type, TaskCount.Submitted, tasks);
    }

    public void Begun(string type, TimeSpan waited)
    {
        _inFlight.Add(1, new KeyValuePair<string, object?>("type", type));
        _wait.Record(Math.Max(0, waited.TotalSeconds), new KeyValuePair<string, object?>("type", type));
        _tally.Waited(type, waited);
    }

    public void Ended(string type, string outcome, TimeSpan ran)
    {
        _inFlight.Add(-1, new KeyValuePair<string, object?>("type", type));
        _run.Record(ran.TotalSeconds, new TagList { { "type", type }, { "outcome", outcome } });
        _tally.Ran(type, ran);
        switch (outcome)
        {
            case "succeeded":
                _tally.Count(type, TaskCount.Succeeded);
                break;
            case "failed":
                _tally.Count(type, TaskCount.Failed);
                break;
            case "dead":
                _dead.Add(1, new KeyValuePair<string, object?>("type", type));
                _tally.Count(type, TaskCount.Dead);
                break;
            case "cancelled":
                Cancelled(type);
                break;
        }
    }

    public void Cancelled(string type) => _tally.Count(type, TaskCount.Cancelled);

    public void Retried(string type)
    {
        _retries.Add(1, new KeyValuePair<string, object?>("type", type));
        _tally.Count(type, TaskCount.Retried);
    }

    public void Claimed(int deliveries)
    {
        _claims.Add(deliveries);

        // Not every entry says of what type its task is.
        _tally.Count("", TaskCount.Claimed, deliveries);
    }

    public void Refused(string type)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("type", type));
        _tally.Count(type, TaskCount.Refused);
    }

    private static Measurement<long> Of(Lane lane, long tasks, string state) => new(
        tasks, new("queue", lane.Queue), new("priority", lane.PriorityWord), new("state", state));

    private static Measurement<double> Of(Lane lane, double seconds) => new(seconds, new("queue", lane.Queue), new("priority", lane.PriorityWord));
}
