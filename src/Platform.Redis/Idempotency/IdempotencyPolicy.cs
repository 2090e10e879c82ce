using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using StackExchange.Redis;

namespace Platform.Redis.Idempotency;

/// <summary>An endpoint's options, prepared for its requests.</summary>
internal sealed class IdempotencyPolicy
{
    public IdempotencyPolicy(IdempotencyOptions options, EndpointBuilder endpoint)
    {
        Options = options;
        if (endpoint is RouteEndpointBuilder route)
        {
            Route = route.RoutePattern.RawText ?? "";
            RouteParameters = [.. route.RoutePattern.Parameters.Select(parameter => parameter.Name)];
        }
        else
        {
            Route = endpoint.DisplayName ?? "";
            RouteParameters = [];
        }

        TimeToLive = (long)options.TimeToLive.TotalMilliseconds;
        Life = IdempotencyRecord.Life(options.TimeToLive);
        LeaseMilliseconds = (long)options.LeaseDuration.TotalMilliseconds;
        Lease = LeaseMilliseconds;
        Rerun = options.AfterCrash == IdempotencyAfterCrash.Rerun;
        ReplayedHeaders = options.ReplayedHeaders.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        Link = $"<{options.Documentation}>; rel=\"describedby\"";
    }

    public IdempotencyOptions Options { get; }

    /// <summary>The template, which with the values of its parameters is the resource.</summary>
    public string Route { get; }

    public string[] RouteParameters { get; }

    public RedisValue TimeToLive { get; }

    /// <summary>The same, as records hold it.</summary>
    public byte[] Life { get; }

    public RedisValue Lease { get; }

    public long LeaseMilliseconds { get; }

    public RedisValue Rerun { get; }

    public FrozenSet<string> ReplayedHeaders { get; }

    public string Link { get; }

    /// <summary>What depends on who asks, when, or how well the service feels is not the answer to the request.</summary>
    public bool Keeps(int status) =>
        status is >= 200 and < 500 and not (401 or 403 or 407 or 408 or 421 or 423 or 425 or 429 or 499) && Options.Keeps(status);
}
