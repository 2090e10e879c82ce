using Platform.Redis.Guarantees;

namespace Platform.Redis.Idempotency;

internal sealed class IdempotencyCapability(RedisStore redis, IdempotencyStore store) : ICapability
{
    public event Action? StateChanged
    {
        add => store.Memory.Changed += value;
        remove => store.Memory.Changed -= value;
    }

    public string Name => "idempotency";

    public string WhenRedisIsAway => store.AcceptsInMemory
        ? "Keys are honoured within this process, in bounded memory, and merged when Redis is back."
        : "Requests with a key are refused with 503 before anything is done.";

    public CapabilityState State => (redis.State, store.AcceptsInMemory) switch
    {
        (RedisBreakerState.Closed, _) when store.Memory.IsEmpty => new CapabilityState(GuaranteeMode.Redis),
        (RedisBreakerState.Closed, _) => new CapabilityState(GuaranteeMode.Local, "Other replicas do not know the answers that wait to be stored."),
        (_, true) => new CapabilityState(GuaranteeMode.Local, "Other replicas do not know the keys that this one accepts."),
        _ => new CapabilityState(GuaranteeMode.Refusing, "Requests with a key are not carried out."),
    };

    public FallbackReport? Fallback => store.Memory.Report;
}
