using Platform.Redis.Guarantees;

namespace Platform.Redis.RateLimiting;

/// <summary>What <c>GET /guarantees</c> says of rate limits.</summary>
internal sealed class RateLimitCapability(RedisStore store, RateLimitOutage outage, RateLimitSettings settings) : ICapability
{
    public string Name => "rate-limit";

    public string WhenRedisIsAway =>
        "Each instance grants its share of a limit, so that all together grant no more than limit x (1 + 1/instances); a policy that is set to "
        + "open allows everything, one that is set to closed answers 503.";

    public CapabilityState State => store.State == RedisBreakerState.Closed && !outage.IsAway
        ? new CapabilityState(GuaranteeMode.Redis)
        : new CapabilityState(
            GuaranteeMode.Local, $"Limits are kept by each instance for itself, as one of {settings.Instances.Count}; changes and bans of others are not heard.");
}
