namespace Platform.Redis.Guarantees;

/// <summary>A capability that refuses while Redis is away, and promises nothing less otherwise.</summary>
internal sealed class RefusingCapability(RedisStore store, string name, string whenRedisIsAway) : ICapability
{
    public string Name => name;

    public string WhenRedisIsAway => whenRedisIsAway;

    public CapabilityState State => store.State == RedisBreakerState.Closed
        ? new CapabilityState(GuaranteeMode.Redis)
        : new CapabilityState(GuaranteeMode.Refusing, whenRedisIsAway);
}
