namespace Platform.Redis.Guarantees;

/// <summary>What became of what a capability accepted in memory while Redis was away, since the service started. Nothing is lost in silence.</summary>
/// <param name="Pending">Still in memory.</param>
/// <param name="Kept">Merged into Redis when it was back.</param>
/// <param name="Dropped">Given up: the bound was reached, it had expired, or Redis knew better.</param>
public readonly record struct FallbackReport(long Pending, long Kept, long Dropped);
