using Microsoft.Extensions.Logging;

namespace Platform.Redis.Connection;

internal static partial class ConnectionLog
{
    [LoggerMessage(2010, LogLevel.Critical, "Redis is a cluster, which has database 0 only, and this service is to use database {Database}. "
        + "Nothing is sent until Redis:Isolation is Prefix, or the database is 0.")]
    public static partial void DatabaseOnCluster(this ILogger logger, int database);
}
