using Microsoft.Extensions.Options;
using Platform.Redis.Consumers;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;

namespace Platform.Tasks.Queues;

/// <summary>
/// Queues delayed tasks when they are due, releases and lets through gates who was left there, and samples the depth of the queue: every replica
/// does, so that none is waited for. Sees to it that consumers that are gone, and tasks that are no longer kept, are forgotten.
/// </summary>
internal sealed class QueueUpkeep(
    QueueStates queues, DelayedTasks delayed, TaskGates gates, TaskDependants dependants, ConsumerSweep sweep, IndexTrim index, TasksMetrics metrics, TimeProvider time,
    IOptions<TasksOptions> options, ILogger<QueueUpkeep> logger) : BackgroundLoop(logger)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private long? _sampledAt;
    private long? _sweptAt;

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        var nextDue = await delayed.PromoteDueAsync(stoppingToken);
        await dependants.ReleaseEndedAsync(stoppingToken);
        await gates.AdmitWaitingAsync(stoppingToken);
        if (IsDue(ref _sampledAt, SampleInterval))
        {
            metrics.Sampled(await queues.ReadAsync(stoppingToken), await gates.CountParkedAsync(stoppingToken));
        }

        if (IsDue(ref _sweptAt, SweepInterval))
        {
            await sweep.RunAsync(stoppingToken);
            await index.RunAsync(stoppingToken);
        }

        await Task.Delay(Wait(nextDue), stoppingToken);
    }

    private TimeSpan Wait(DateTimeOffset? nextDue)
    {
        var longest = options.Value.PollInterval;
        var wait = nextDue is null ? longest : nextDue.Value - time.GetUtcNow();
        return wait > longest ? longest : wait < ShortestWait ? ShortestWait : wait;
    }

    private bool IsDue(ref long? last, TimeSpan interval)
    {
        if (last is { } then && time.GetElapsedTime(then) < interval)
        {
            return false;
        }

        last = time.GetTimestamp();
        return true;
    }
}
