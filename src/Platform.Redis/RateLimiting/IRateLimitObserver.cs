namespace Platform.Redis.RateLimiting;

/// <summary>Hears of a decision before its caller does: one less asynchronous step than awaiting it.</summary>
internal interface IRateLimitObserver
{
    void Decided(RateLimitDecision decision);
}
