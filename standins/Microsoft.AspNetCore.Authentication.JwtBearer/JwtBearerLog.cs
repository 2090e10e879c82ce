using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

internal static partial class JwtBearerLog
{
    [LoggerMessage(1, LogLevel.Information, "Failed to validate the token: {Reason}.", EventName = "TokenValidationFailed")]
    public static partial void TokenValidationFailed(this ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Successfully validated the token.", EventName = "TokenValidationSucceeded")]
    public static partial void TokenValidationSucceeded(this ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "Exception occurred while processing message.", EventName = "ProcessingMessageFailed")]
    public static partial void ErrorProcessingMessage(this ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The issuer's metadata could not be retrieved.", EventName = "MetadataNotRetrieved")]
    public static partial void MetadataNotRetrieved(this ILogger logger, Exception exception);
}
