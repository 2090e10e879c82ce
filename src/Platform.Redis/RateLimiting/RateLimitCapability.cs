using Platform.Redis.Guarantees;

namespace Platform.Redis.RateLimiting;

/// <summary>What <c>GET /guarantees</c> says of rate limits.</summary>
internal sealed class RateLimitCapability(RedisStore store, RateLimitOutage outage, RateLimitSettings settings) : ICapability
{
    public event Action? StateChanged
    {
        add => outage.Changed += value;
        remove => outage.Changed -= value;
    }

    public string Name => "rate-limit";

    public string WhenRedisIsAway =>
        "Each instance grants its share of a limit, so that all together grant no more than limit x (1 + 1/instances); a policy that is set to "
        + "open allows everything, one that is set to closed answers 503.";

    public CapabilityState State => (store.State, outage.Told) switch
    {
        (RedisBreakerState.Closed, RateLimitSharing.Shared) => new CapabilityState(GuaranteeMode.Redis),
        (RedisBreakerState.Closed, RateLimitSharing.Unknown) =>
            new CapabilityState(GuaranteeMode.Starting, "How many instances there are, changes and bans have not been heard yet."),
        _ => new CapabilityState(
            GuaranteeMode.Local, $"Limits are kept by each instance for itself, as one of {settings.Instances.Count}; changes and bans of others are not heard."),
    };
}
