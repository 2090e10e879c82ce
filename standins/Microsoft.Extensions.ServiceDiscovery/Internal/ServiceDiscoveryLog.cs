using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.ServiceDiscovery;

internal static partial class ServiceDiscoveryLog
{
    [LoggerMessage(1, LogLevel.Debug, "Resolved the endpoints of service '{ServiceName}': {Endpoints}.")]
    public static partial void EndpointsResolved(this ILogger logger, string serviceName, ServiceEndpointSource endpoints);

    [LoggerMessage(2, LogLevel.Error, "Resolving the endpoints of service '{ServiceName}' failed.")]
    public static partial void ResolutionFailed(this ILogger logger, Exception exception, string serviceName);

    [LoggerMessage(3, LogLevel.Debug, "No endpoints of service '{ServiceName}' were found at '{Path}'.")]
    public static partial void ConfigurationNotFound(this ILogger logger, string serviceName, string path);
}
