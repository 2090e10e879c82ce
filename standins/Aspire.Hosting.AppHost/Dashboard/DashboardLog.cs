using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

internal static partial class DashboardLog
{
    [LoggerMessage(3, LogLevel.Information, "Login to the dashboard at {Address}")]
    public static partial void Listening(ILogger logger, string address);
}
