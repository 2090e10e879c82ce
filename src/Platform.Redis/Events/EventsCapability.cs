using Platform.Redis.Guarantees;

namespace Platform.Redis.Events;

internal sealed class EventsCapability(RedisStore store) : ICapability
{
    public string Name => "events";

    public string WhenRedisIsAway => "Readers stay open, wait, and resume where they were. Appends are refused.";

    public CapabilityState State => store.State == RedisBreakerState.Closed
        ? new CapabilityState(GuaranteeMode.Redis)
        : new CapabilityState(GuaranteeMode.Refusing, "Nothing is appended; readers wait until Redis answers.");
}
