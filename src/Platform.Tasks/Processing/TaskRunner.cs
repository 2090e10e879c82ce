using Microsoft.Extensions.Options;
using Platform.Redis.Consumers;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Limits;
using Platform.Tasks.Payloads;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>Carries one entry of the queue from its delivery to its end.</summary>
internal sealed class TaskRunner(
    TaskQueue queue, TaskDeliveries deliveries, PlainEnds plainEnds, LongRuns longRuns, TaskLimits limits, TaskTypes types, TaskPayloads payloads, HandlerScopes scopes,
    TasksMetrics metrics, TimeProvider time, IOptions<TasksOptions> options, ILogger<TaskRunner> logger)
{
    private readonly TasksOptions _options = options.Value;

    /// <param name="stopping">Ends the attempt; it is given back and does not count.</param>
    public async Task RunAsync(QueueEntry entry, CancellationToken stopping)
    {
        try
        {
            if (entry.IsSelfContained)
            {
                await RunAsync(TaskDeliveries.BeginPlain(entry, time.GetUtcNow()), stopping);
                return;
            }

            // The same holder each time, so that a start whose answer was lost is not another attempt.
            var holder = Guid.NewGuid().ToString("n");
            var delivery = await RedisPatience.UntilAnsweredAsync(() => StartAsync(entry, holder, stopping), stopping);
            if (delivery is not null)
            {
                await RunAsync(delivery, stopping);
            }
        }
        catch (Exception exception) when (exception is RedisServerException or FormatException)
        {
            // What is in Redis is not what it should be: another attempt would meet the same.
            logger.TaskUnreadable(exception, entry.TaskId);
            await RedisPatience.UntilAnsweredAsync(
                async () =>
                {
                    await queue.DiscardAsync(entry.Lane, entry.Id, entry.TaskId, stopping);
                    return true;
                },
                stopping);
        }
    }

    private async Task<Delivery?> StartAsync(QueueEntry entry, string holder, CancellationToken stopping)
    {
        if (entry.IsUnrecorded)
        {
            await deliveries.RecordAsync(entry, stopping);
        }

        return await deliveries.StartAsync(entry, holder, stopping);
    }

    private async Task RunAsync(Delivery delivery, CancellationToken stopping)
    {
        var task = delivery.Task;
        using var activity = TaskActivities.StartRun(task);
        var type = types.Find(task.Type);
        metrics.Begun(task.Type, delivery.BegunAt - task.AvailableAt);
        var started = time.GetTimestamp();

        AttemptEnd end;
        await using (var lease = new DeliveryLease(delivery, deliveries, delivery.IsPlain ? longRuns : null, _options.LeaseDuration, logger, stopping))
        {

            end = task.Text("dependencyFailed") is { } dependency ? AttemptEnd.Failed("dependency_failed", $"What it depends on, {dependency}, did not succeed.")
                : delivery.OnlyEnds ? Exhausted(task)
                : type is null ? AttemptEnd.Dead("unknown_type", $"No worker knows the type '{task.Type}'. Known: {string.Join(", ", types.Names)}.")
                : await limits.AcquireAsync(type, delivery.Lane, stopping) is { } wait ? AttemptEnd.HeldBack(wait)
                : await AttemptAsync(delivery, type, lease);
        }

        var hold = delivery.IsPlain && end.Status == TaskState.Succeeded
            ? await plainEnds.WriteAsync(new PlainEnd(delivery, end.Outcome.Json, time.GetElapsedTime(started)), type!, stopping)
            : await WriteEndAsync(delivery, end, activity?.Id, stopping);

        metrics.Ended(task.Type, hold == Hold.Lost ? "lost" : end.Status!.Value.ToWord(), time.GetElapsedTime(started));
        TaskActivities.End(activity, end);
        LogEnd(task, end, hold);
    }

    private async ValueTask<AttemptEnd> AttemptAsync(Delivery delivery, TaskType type, DeliveryLease lease)
    {
        var task = delivery.Task;
        try
        {
            await using var scope = scopes.Create();
            var context = new TaskContext(delivery, lease, deliveries, logger);
            lease.Ended.ThrowIfCancellationRequested();
            return AttemptEnd.Succeeded(await type.RunAsync(scope.ServiceProvider, payloads, context, lease.Ended));
        }
        catch (DeliveryLostException)
        {
            return AttemptEnd.Lost;
        }
        catch (Exception exception) when (lease.End != LeaseEnd.None && exception is not TaskFailedException)
        {
            // Whatever it was, it came from being ended.
            return lease.End switch
            {
                LeaseEnd.Lost => AttemptEnd.Lost,
                LeaseEnd.Cancelled => AttemptEnd.Cancelled,
                _ => AttemptEnd.HandedBack,
            };
        }
        catch (UndecodablePayloadException exception)
        {
            return AttemptEnd.Dead("undecodable_payload", exception.Message);
        }
        catch (TaskFailedException exception)
        {
            return AttemptEnd.Failed(exception.Code, exception.Message);
        }
        catch (TaskRetryException exception)
        {
            return RetryOrGiveUp(task, type, exception.Code, exception.Message, exception.RetryAfter);
        }
#pragma warning disable CA1031 // A handler may throw anything; the task, not the worker, has failed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.HandlerFailed(exception, task.Id, task.Type, task.Attempt);
            return RetryOrGiveUp(task, type, "handler_error", $"The handler threw {exception.GetType().Name}.", retryAfter: null);
        }
    }

    private AttemptEnd RetryOrGiveUp(TaskItem task, TaskType type, string code, string message, TimeSpan? retryAfter) =>
        task.Attempt >= (type.Options.MaxAttempts ?? _options.MaxAttempts)
            ? AttemptEnd.Exhausted($"Given up after attempt {task.Attempt}: {message}", code)
            : AttemptEnd.Retry(
                code, message,
                retryAfter ?? Backoff.Delay(
                    task.Attempt, type.Options.RetryBaseDelay ?? _options.RetryBaseDelay, type.Options.RetryMaxDelay ?? _options.RetryMaxDelay,
                    Random.Shared.NextDouble()));

    private static AttemptEnd Exhausted(TaskItem task) => AttemptEnd.Exhausted(
        $"Given up after attempt {task.Attempt}: its worker ended before the task did."
        + (task.ErrorMessage is null ? "" : $" The last error before: {task.ErrorMessage}"),
        task.ErrorCode);

    private async Task<Hold> WriteEndAsync(Delivery delivery, AttemptEnd end, string? traceParent, CancellationToken stopping)
    {
        using var grace = new EndGrace(stopping);
        return await RedisPatience.UntilAnsweredAsync(() => WriteOnceAsync(delivery, end, traceParent, grace.Over), grace.Over);
    }

    private Task<Hold> WriteOnceAsync(Delivery delivery, AttemptEnd end, string? traceParent, CancellationToken cancellationToken) => end.Status switch
    {
        null => Task.FromResult(Hold.Lost),
        TaskState.Queued => deliveries.RequeueAsync(delivery, end.Delay, end.Counts, end.Error, cancellationToken),
        var status => deliveries.FinishAsync(delivery, status.Value, end.Outcome, end.Error, traceParent ?? delivery.Task.TraceParent, cancellationToken),
    };

    private void LogEnd(TaskItem task, AttemptEnd end, Hold hold)
    {
        if (hold == Hold.Lost)
        {
            metrics.Refused(task.Type);
            logger.DeliveryLost(task.Id, task.Type, task.Attempt);
        }
        else if (end is { Status: TaskState.Queued, Counts: true })
        {
            metrics.Retried(task.Type);
            logger.TaskDelayed(task.Id, task.Type, task.Attempt, end.Error!.Code, end.Delay.TotalSeconds);
        }
        else if (end.Status == TaskState.Queued && end.Delay > TimeSpan.Zero)
        {
            logger.TaskHeldBack(task.Id, task.Type, end.Delay.TotalSeconds);
        }
        else if (end.Status == TaskState.Queued)
        {
            logger.TaskHandedBack(task.Id, task.Type);
        }
        else if (end.Error is not null)
        {
            logger.TaskGivenUp(task.Id, task.Type, end.Status!.Value.ToWord(), task.Attempt, end.Error.Code);
        }
        else
        {
            logger.TaskEnded(task.Id, task.Type, end.Status!.Value.ToWord(), task.Attempt);
        }
    }
}
