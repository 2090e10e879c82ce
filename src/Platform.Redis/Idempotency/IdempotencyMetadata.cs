namespace Platform.Redis.Idempotency;

/// <summary>Says that an endpoint honours <c>Idempotency-Key</c>: for descriptions of the API, and for policies that look at endpoints.</summary>
/// <param name="IsRequired">Whether a request without a key is refused with 400.</param>
/// <param name="TimeToLive">How long a key is remembered.</param>
public sealed record IdempotencyMetadata(bool IsRequired, TimeSpan TimeToLive);
