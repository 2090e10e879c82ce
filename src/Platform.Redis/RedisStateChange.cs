namespace Platform.Redis;

/// <summary>Redis went, or came back.</summary>
/// <param name="At">When.</param>
/// <param name="Available">Whether operations are sent again.</param>
/// <param name="Reason">Why it went; null where it came back.</param>
/// <param name="Outage">How long it was away; null where it went.</param>
public sealed record RedisStateChange(DateTimeOffset At, bool Available, RedisUnavailableReason? Reason, TimeSpan? Outage);
