using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Polly;
using StackExchange.Redis;
using TaskService.Processing;
using TaskService.Tasks;

namespace TaskService.Outbox;

/// <summary>
/// Tells owners that their tasks have ended. The order to do so was written with the end of the task, and is removed when
/// NotificationService has taken the message; the task's id makes a repeated message known there.
/// </summary>
internal sealed class OutboxDispatcher(
    RedisStore redis, TaskKeys keys, TaskStore tasks, EventStreams events, NotificationsClient notifications, TimeProvider time,
    IOptions<TasksOptions> options, ILogger<OutboxDispatcher> logger) : BackgroundLoop(logger)
{
    private const int BatchSize = 32;
    private const int Senders = 4;

    private static readonly TimeSpan BaseDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    private readonly ConsumerGroup _group = new(redis, keys.Outbox, "dispatchers", "outbox");
    private readonly SemaphoreSlim _wake = new(0);
    private IDisposable? _subscription;
    private long? _claimedAt;
    private int _failures;

    public override void Dispose()
    {
        _subscription?.Dispose();
        base.Dispose();
    }

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        _subscription ??= events.OnWake(keys.Outbox, Wake);
        if (_claimedAt is null || time.GetElapsedTime(_claimedAt.Value) > options.Value.LeaseDuration / 3)
        {
            // What is claimed is this consumer's own from here on.
            await _group.ClaimAsync(options.Value.LeaseDuration, BatchSize, stoppingToken);
            _claimedAt = time.GetTimestamp();
        }

        // Those that failed before, and new ones beside them: one that cannot be sent does not hold up the others.
        var own = await _group.ReadOwnAsync(BatchSize, stoppingToken);
        var entries = own.Length < BatchSize ? [.. own, .. await _group.ReadNewAsync(BatchSize, stoppingToken)] : own;
        var failed = 0;
        await Parallel.ForEachAsync(
            entries, new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = stoppingToken },
            async (entry, cancellationToken) =>
            {
                if (!await TrySendAsync(entry, cancellationToken))
                {
                    Interlocked.Increment(ref failed);
                }
            });

        if (failed > 0)
        {
            if (_failures++ == 0)
            {
                logger.NotificationsAwaited(failed);
            }

            await Task.Delay(Backoff.Delay(_failures, BaseDelay, MaxDelay, Random.Shared.NextDouble()), stoppingToken);
        }
        else
        {
            _failures = 0;
            if (entries.Length == 0)
            {
                await _wake.WaitAsync(options.Value.PollInterval, stoppingToken);
            }
        }
    }

    protected override async Task EndAsync()
    {
        try
        {
            await _group.RemoveConsumersAsync(TimeSpan.FromHours(1), includeThis: true, CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            // Others claim what it holds.
            return;
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    private async Task<bool> TrySendAsync(StreamEntry entry, CancellationToken cancellationToken)
    {
        // Deleted by a dispatcher whose acknowledgement was lost: only the latter is left to do.
        var taskId = entry.IsNull ? null : (string?)entry["task"];
        if (taskId is not null && await tasks.FindAsync(taskId, cancellationToken) is { } task)
        {
            using var activity = TaskActivities.StartNotification(entry["traceparent"]);
            try
            {
                await notifications.SendAsync(Message(task), cancellationToken);
            }
            catch (RemoteCallException exception) when (IsRefusal(exception))
            {
                logger.NotificationRefused(task.Id, (int)exception.Status, exception.Code);
            }
            catch (Exception exception) when (IsAbsence(exception, cancellationToken))
            {
                return false;
            }
        }

        await _group.AcknowledgeAsync(entry.Id, cancellationToken);
        return true;
    }

    private static SendNotificationRequest Message(TaskItem task)
    {
        var succeeded = task.Status == TaskState.Succeeded;
        return new SendNotificationRequest(
            task.Owner,
            succeeded ? "task.completed" : "task.failed",
            succeeded ? $"Your task {task.Type} is done" : $"Your task {task.Type} has failed",
            succeeded ? task.Message : task.ErrorMessage,
            succeeded && task.Input is not null ? $"/v1/tasks/{task.Id}/result" : $"/v1/tasks/{task.Id}",
            JsonSerializer.SerializeToElement(
                new { taskId = task.Id, type = task.Type, status = task.Status, errorCode = task.ErrorCode }, JsonDefaults.Options),
            task.Id);
    }

    /// <summary>The same message would be refused again. A token that is not accepted is for the operator to mend, and may be any moment.</summary>
    private static bool IsRefusal(RemoteCallException exception) =>
        !exception.IsTransient && exception.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);

    private static bool IsAbsence(Exception exception, CancellationToken cancellationToken) =>
        exception is RemoteCallException or HttpRequestException or IOException or ExecutionRejectedException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
