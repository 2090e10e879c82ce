using Platform.Tasks.Handlers;

namespace TaskService.SendNotification;

/// <param name="UserId">Whose digest.</param>
/// <param name="Key">Digest of what it is gathered under.</param>
/// <param name="Id">Of the digest.</param>
internal sealed record SendDigestPayload(string UserId, string Key, string Id);

/// <summary>
/// Sends a digest whose window is over. It is closed first, so an attempt that is repeated says the same, under the same dedupe key; what it held
/// is forgotten only when it was sent, or refused for good.
/// </summary>
internal sealed class SendDigestHandler(NotificationCalls notifications, NotificationDigests digests) : ITaskHandler<SendDigestPayload>
{
    public const string Type = "send-digest";

    public async Task<TaskOutcome> RunAsync(SendDigestPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        if (await digests.CloseAsync(payload, cancellationToken) is not { } digest)
        {
            // Sent before, or erased with its person.
            return TaskOutcome.Of(new { gathered = 0 });
        }

        string id;
        try
        {
            id = await notifications.SendAsync(digest.ToRequest(payload.UserId, $"{payload.Id}-digest"), cancellationToken);
        }
        catch (TaskFailedException)
        {
            // Nobody sends it any more, so it shall not count as one that waits.
            await digests.RemoveAsync(payload, cancellationToken);
            throw;
        }

        await digests.RemoveAsync(payload, cancellationToken);
        return TaskOutcome.Of(new { gathered = digest.Count, notificationId = id });
    }
}
