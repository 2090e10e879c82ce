using Platform.Redis.Guarantees;

namespace Platform.Redis.Tests.Guarantees;

internal sealed class TestCapability(string name) : ICapability
{
    private CapabilityState _state;

    public event Action? StateChanged;

    public string Name => name;

    public string WhenRedisIsAway => "Whatever the test says.";

    public CapabilityState State => Failing ? throw new InvalidOperationException() : _state;

    public FallbackReport? Fallback { get; set; }

    public bool Failing { get; set; }

    public void Become(GuaranteeMode mode, string? weaker = null)
    {
        _state = new CapabilityState(mode, weaker);
        StateChanged?.Invoke();
    }
}
