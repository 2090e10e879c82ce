using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using StackExchange.Redis;
using TaskService.Results;

namespace TaskService.Outbox;

/// <summary>
/// Tells owners that their tasks have ended. The order to do so was written with the end of the task, and is removed when
/// NotificationService has taken the message; the task's id makes a repeated message known there.
/// </summary>
internal sealed class OutboxDispatcher(
    RedisStore redis, TaskKeys keys, TaskStore tasks, EventStreams events, NotificationsClient notifications, TaskTypes types, TimeProvider time,
    IOptions<TasksOptions> options, ILogger<OutboxDispatcher> logger)
    : StreamDispatcher(redis, events, keys.Outbox, Options(options.Value), time, logger)
{
    protected override async Task<bool> TryDeliverAsync(StreamEntry entry, CancellationToken cancellationToken)
    {
        var taskId = (string?)entry["task"];
        if (taskId is not null && await tasks.FindAsync(taskId, cancellationToken) is { } task && !IsQuiet(task))
        {
            using var activity = TaskActivities.StartNotification(entry["traceparent"]);
            try
            {
                await notifications.SendAsync(Message(task), cancellationToken);
            }
            catch (RemoteCallException exception) when (exception.IsRefusal())
            {
                logger.NotificationRefused(task.Id, (int)exception.Status, exception.Code);
            }
            catch (Exception exception) when (exception.IsAbsence(cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsQuiet(TaskItem task) => task.Status == TaskState.Succeeded && types.Find(task.Type)?.Options.IsQuiet == true;

    private static SendNotificationRequest Message(TaskItem task)
    {
        var succeeded = task.Status == TaskState.Succeeded;
        return new SendNotificationRequest(
            task.Owner,
            succeeded ? "task.completed" : "task.failed",
            succeeded ? $"Your task {task.Type} is done" : $"Your task {task.Type} has failed",
            succeeded ? task.Message : task.ErrorMessage,
            succeeded && task.ResultFile is not null ? $"/v1/tasks/{task.Id}/result" : $"/v1/tasks/{task.Id}",
            JsonSerializer.SerializeToElement(
                new { taskId = task.Id, type = task.Type, status = task.Status, errorCode = task.ErrorCode }, JsonDefaults.Options),

            // Put back and ended again, it is told of again.
            task.Retries == 0 ? task.Id : $"{task.Id}-{task.Retries}");
    }

    private static StreamDispatcherOptions Options(TasksOptions tasks) =>
        new("outbox") { ClaimAfter = tasks.LeaseDuration, PollInterval = tasks.PollInterval };
}
