using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Publishing;

internal static partial class PublishingLog
{
    [LoggerMessage(LogLevel.Information, "Published manifest to: {Path}")]
    public static partial void Published(ILogger logger, string path);
}
