using Platform.Redis.Guarantees;

namespace Platform.Redis.Caching;

internal sealed class CacheCapability(RedisStore store, MemoryPressure pressure) : ICapability
{
    public event Action? StateChanged
    {
        add => pressure.Changed += value;
        remove => pressure.Changed -= value;
    }

    public string Name => "cache";

    public string WhenRedisIsAway =>
        "Answers from this process's memory, with stale values where their namespace allows it, and else computes each value itself.";

    public CapabilityState State => store.State != RedisBreakerState.Closed
        ? new CapabilityState(GuaranteeMode.Local, "Replicas compute values each for itself and do not hear what the others clear.")
        : pressure.IsHigh
            ? new CapabilityState(GuaranteeMode.Local, "Redis is short of memory: what is computed now is kept in this process only.")
            : new CapabilityState(GuaranteeMode.Redis);
}
