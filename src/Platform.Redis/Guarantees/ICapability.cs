namespace Platform.Redis.Guarantees;

/// <summary>
/// Something a service can do that depends on Redis. Registered with <c>services.AddSingleton&lt;ICapability, …&gt;()</c>, it is reported by
/// <c>GET /guarantees</c>.
/// </summary>
public interface ICapability
{
    /// <summary>In kebab-case: <c>cache</c>, <c>rate-limit</c>, <c>sign-in</c>.</summary>
    string Name { get; }

    /// <summary>What it does while Redis is away, in a sentence for whoever operates the service.</summary>
    string WhenRedisIsAway { get; }

    /// <summary>What it gives now. Answers from memory, at once, and does not throw.</summary>
    CapabilityState State { get; }
}
