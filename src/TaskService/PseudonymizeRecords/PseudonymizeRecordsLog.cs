namespace TaskService.PseudonymizeRecords;

internal static partial class PseudonymizeRecordsLog
{
    [LoggerMessage(6300, LogLevel.Warning, "PrivacyService did not answer for task {TaskId} ({Reason}); it was tried again with back-off.")]
    public static partial void PrivacyAwaited(this ILogger logger, string? taskId, string reason);
}
