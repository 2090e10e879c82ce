namespace Platform.Redis.Guarantees;

/// <summary>What a capability gives now.</summary>
/// <param name="Mode">How it serves.</param>
/// <param name="Weaker">What does not hold at the moment; null where everything does.</param>
public readonly record struct CapabilityState(GuaranteeMode Mode, string? Weaker = null);
