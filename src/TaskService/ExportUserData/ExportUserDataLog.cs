namespace TaskService.ExportUserData;

internal static partial class ExportUserDataLog
{
    [LoggerMessage(6700, LogLevel.Warning, "The data of another person than its owner is exported by task {TaskId} (attempt {Attempt}), which an administrator submitted.")]
    public static partial void AnotherExported(this ILogger logger, string taskId, int attempt);
}
