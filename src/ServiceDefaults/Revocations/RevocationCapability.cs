using Microsoft.Extensions.Options;
using Platform.Redis.Guarantees;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>What <c>GET /guarantees</c> says of revocations.</summary>
internal sealed class RevocationCapability(RevocationList list, IOptions<AuthOptions> options) : ICapability
{
    public string Name => "revocation";

    public string WhenRedisIsAway =>
        $"Revoked tokens stay refused. Others are accepted for {options.Value.RevocationStaleness.TotalSeconds:0} s; then protected routes answer 503.";

    public CapabilityState State => list.Mode switch
    {
        GuaranteeMode.Local => new CapabilityState(GuaranteeMode.Local, "What is revoked now is not heard here yet."),
        GuaranteeMode.Refusing => new CapabilityState(GuaranteeMode.Refusing, WhenRedisIsAway),
        var mode => new CapabilityState(mode),
    };

    public event Action? StateChanged
    {
        add => list.ModeChanged += value;
        remove => list.ModeChanged -= value;
    }
}
