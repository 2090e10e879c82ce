using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis.Profiling;

namespace Aspire.StackExchange.Redis.Tracing;

/// <summary>
/// What a span says of a command: its name, where it went and how long each part took. Never keys or arguments, which hold
/// what the application knows of people.
/// </summary>
internal sealed record RedisSpanAttributes(bool Stable, bool Legacy)
{
    private const string OptIn = "OTEL_SEMCONV_STABILITY_OPT_IN";

    /// <summary>The names from before the conventions for databases were stable are the default, as in the instrumentation itself.</summary>
    public static RedisSpanAttributes From(IConfiguration? configuration)
    {
        var choices = (configuration?[OptIn] ?? "").Split(',', StringSplitOptions.TrimEntries);
        var both = choices.Contains("database/dup", StringComparer.OrdinalIgnoreCase);
        var stable = both || choices.Contains("database", StringComparer.OrdinalIgnoreCase);
        return new RedisSpanAttributes(Stable: stable, Legacy: both || !stable);
    }

    public void Apply(Activity activity, IProfiledCommand command)
    {
        if (Legacy)
        {
            activity.SetTag("db.system", "redis");
            activity.SetTag("db.redis.database_index", command.Db);
            activity.SetTag("db.statement", command.Command);
        }

        if (Stable)
        {
            activity.SetTag("db.system.name", "redis");
            activity.SetTag("db.operation.name", command.Command);
            activity.SetTag("db.namespace", command.Db.ToString());
        }

        ApplyServer(activity, command.EndPoint);

        var enqueued = command.CommandCreated + command.CreationToEnqueued;
        var sent = enqueued + command.EnqueuedToSending;
        activity.AddEvent(new ActivityEvent("Enqueued", enqueued));
        activity.AddEvent(new ActivityEvent("Sent", sent));
        activity.AddEvent(new ActivityEvent("ResponseReceived", sent + command.SentToResponse));
    }

    private static void ApplyServer(Activity activity, EndPoint? endPoint)
    {
        switch (endPoint)
        {
            case IPEndPoint ip:
                var address = ip.Address.ToString();
                activity.SetTag("server.address", address);
                activity.SetTag("server.port", ip.Port);
                activity.SetTag("network.peer.address", address);
                activity.SetTag("network.peer.port", ip.Port);
                break;
            case DnsEndPoint dns:
                activity.SetTag("server.address", dns.Host);
                activity.SetTag("server.port", dns.Port);
                break;
            case not null:
                activity.SetTag("server.address", endPoint.ToString());
                break;
        }
    }
}
