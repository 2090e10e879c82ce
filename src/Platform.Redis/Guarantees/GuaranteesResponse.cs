using System.Text.Json.Serialization;

namespace Platform.Redis.Guarantees;

/// <summary>What a service guarantees at this moment, and how that changed. A caller who may not see details gets names and modes.</summary>
/// <param name="Redis">Whether Redis is used.</param>
/// <param name="Capabilities">Everything the service can do that depends on Redis, by name.</param>
/// <param name="History">The last 50 changes, the newest first.</param>
public sealed record GuaranteesResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RedisGuarantee? Redis,
    IReadOnlyList<CapabilityGuarantee> Capabilities,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<GuaranteeChange>? History);

/// <summary>Whether Redis is used.</summary>
/// <param name="Available">Whether operations are sent; where not, they are refused at once.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why it is not: <c>timed_out</c>, <c>connection_lost</c>, …; left out where it is.</param>
public sealed record RedisGuarantee(
    bool Available,
    DateTimeOffset Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);

/// <summary>What one capability guarantees at this moment.</summary>
/// <param name="Name">Its name, in kebab-case.</param>
/// <param name="Mode">How it serves.</param>
/// <param name="Since">Since when it serves so.</param>
/// <param name="Weaker">What does not hold at the moment; left out where everything does.</param>
/// <param name="WhenRedisIsAway">What it does while Redis is away.</param>
/// <param name="Fallback">What became of what it accepted in memory; left out where it never does.</param>
public sealed record CapabilityGuarantee(
    string Name,
    GuaranteeMode Mode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Since = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Weaker = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WhenRedisIsAway = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FallbackReport? Fallback = null);

/// <summary>What changed at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">
/// <c>redis_unavailable</c>, <c>redis_available</c>, or <c>capability</c> where a capability changed for a reason of its own.
/// </param>
/// <param name="RedisReason">Why Redis went: <c>timed_out</c>, <c>connection_lost</c>, …</param>
/// <param name="OutageSeconds">How long Redis was away, where it came back.</param>
/// <param name="Changes">The capabilities that changed; empty where only Redis did.</param>
public sealed record GuaranteeChange(
    DateTimeOffset At,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RedisReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? OutageSeconds,
    IReadOnlyList<CapabilityChange> Changes);

/// <summary>How one capability changed.</summary>
/// <param name="Capability">Its name.</param>
/// <param name="From">How it served before.</param>
/// <param name="To">How it serves since.</param>
/// <param name="Weaker">What does not hold since; left out where everything does.</param>
/// <param name="Fallback">What had become of what it accepted in memory; left out where it never does.</param>
public sealed record CapabilityChange(
    string Capability,
    GuaranteeMode From,
    GuaranteeMode To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Weaker,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FallbackReport? Fallback);
