using System.ComponentModel.DataAnnotations;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;

namespace TaskService.SendNotification;

/// <summary>Sends a notification, or puts it into the digest that it belongs to.</summary>
internal sealed class SendNotificationHandler(NotificationCalls notifications, NotificationDigests gathered, TaskDigests digests)
    : ITaskHandler<SendNotificationPayload>
{
    public const string Type = "send-notification";

    public async Task<TaskOutcome> RunAsync(SendNotificationPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        // Other services enqueue such tasks too.
        if (payload.Validate(new ValidationContext(payload)).FirstOrDefault() is { } fault)
        {
            throw new TaskFailedException("invalid_payload", fault.ErrorMessage!);
        }

        return payload.Digest is { } digest
            ? TaskOutcome.Of(new { digestSentAt = await gathered.JoinAsync(context, payload, digest, cancellationToken) })
            : TaskOutcome.Of(new { notificationId = await notifications.SendAsync(payload.ToRequest(DedupeKeyOf(payload, context)), cancellationToken) });
    }

    /// <summary>What one chose keeps nobody else's notification out, nor one that goes by its task's id.</summary>
    private string DedupeKeyOf(SendNotificationPayload payload, TaskContext context) =>
        payload.DedupeKey is { } chosen ? digests.Of("notification-dedupe", context.Owner, chosen) : context.TaskId;
}
