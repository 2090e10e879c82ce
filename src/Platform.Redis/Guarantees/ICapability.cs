namespace Platform.Redis.Guarantees;

/// <summary>
/// Something a service can do that depends on Redis. Registered with <c>services.AddSingleton&lt;ICapability, …&gt;()</c>, it is reported by
/// <c>GET /guarantees</c>. One that only refuses while Redis is away is a line:
/// <see cref="GuaranteesExtensions.AddRefusingCapability"/>.
/// </summary>
public interface ICapability
{
    /// <summary>In kebab-case: <c>cache</c>, <c>rate-limit</c>, <c>sign-in</c>.</summary>
    string Name { get; }

    /// <summary>What it does while Redis is away, in a sentence for whoever operates the service.</summary>
    string WhenRedisIsAway { get; }

    /// <summary>
    /// What it gives now. Answers from memory, at once, and does not throw. It is looked at whenever the breaker opens or closes and
    /// whenever <see cref="StateChanged"/> is raised.
    /// </summary>
    CapabilityState State { get; }

    /// <summary>
    /// What became of what was accepted in memory; null where nothing ever is. A capability stays <see cref="GuaranteeMode.Local"/> until
    /// all of it was merged or dropped, so that its change back tells the counts.
    /// </summary>
    FallbackReport? Fallback => null;

    /// <summary>
    /// To be raised, after the fact and under no lock, when <see cref="State"/> changes for a reason of the capability's own. Not needed
    /// where it only follows the breaker.
    /// </summary>
    event Action? StateChanged
    {
        add { }
        remove { }
    }
}
