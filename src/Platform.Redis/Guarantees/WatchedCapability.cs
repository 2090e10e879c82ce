using Microsoft.Extensions.Logging;

namespace Platform.Redis.Guarantees;

/// <summary>A capability, and what the journal last saw of it. Used under the journal's lock.</summary>
internal sealed class WatchedCapability(ICapability capability, DateTimeOffset since, ILogger logger)
{
    private bool _failed;

    public ICapability Capability => capability;

    public string Name { get; } = capability.Name;

    public GuaranteeMode Mode { get; private set; }

    private string? Weaker { get; set; }

    private DateTimeOffset Since { get; set; } = since;

    /// <summary>Looks again.</summary>
    /// <returns>How its mode changed; null where it did not.</returns>
    public CapabilityChange? Look(DateTimeOffset at)
    {
        var from = Mode;
        (Mode, Weaker) = Read();
        if (from == Mode)
        {
            return null;
        }

        Since = at;
        if (Mode == GuaranteeMode.Starting || (from == GuaranteeMode.Starting && Mode == GuaranteeMode.Redis))
        {
            return null;
        }

        return new CapabilityChange(Name, from, Mode, Weaker, capability.Fallback);
    }

    public CapabilityGuarantee Tell(bool details) => details
        ? new CapabilityGuarantee(Name, Mode, Since, Weaker, capability.WhenRedisIsAway, capability.Fallback)
        : new CapabilityGuarantee(Name, Mode);

    private CapabilityState Read()
    {
        try
        {
            var state = capability.State;
            _failed = false;
            return state;
        }
        catch (Exception exception)
        {
            if (!_failed)
            {
                _failed = true;
                logger.StateFailed(Name, exception);
            }

            return new CapabilityState(GuaranteeMode.Refusing, "Its state cannot be told.");
        }
    }
}
