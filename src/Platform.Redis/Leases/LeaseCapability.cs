using Platform.Redis.Guarantees;

namespace Platform.Redis.Leases;

internal sealed class LeaseCapability(RedisStore store) : ICapability
{
    public string Name => "leases";

    public string WhenRedisIsAway => "No lease is given, and leases that cannot be renewed are lost before they end. Memory is no substitute.";

    public CapabilityState State => store.State == RedisBreakerState.Closed
        ? new CapabilityState(GuaranteeMode.Redis)
        : new CapabilityState(GuaranteeMode.Refusing, "Exclusive work waits until Redis answers.");
}
