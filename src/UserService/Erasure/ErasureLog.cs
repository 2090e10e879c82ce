namespace UserService.Erasure;

internal static partial class ErasureLog
{
    [LoggerMessage(5601, LogLevel.Information, "A person was erased in all services.")]
    public static partial void PersonErased(this ILogger logger);

    [LoggerMessage(5602, LogLevel.Warning, "An erasure waits for {Service}; it is tried again.")]
    public static partial void ErasureAwaits(this ILogger logger, string service);

    [LoggerMessage(5603, LogLevel.Error, "An erasure failed; it is tried again.")]
    public static partial void ErasureFailed(this ILogger logger, Exception exception);
}
