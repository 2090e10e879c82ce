namespace Platform.Redis.Fallback;

/// <summary>What becomes of an entry when Redis is back.</summary>
public enum FallbackOutcome
{
    /// <summary>Redis has it now.</summary>
    Kept,

    /// <summary>It conflicts with what Redis has, or is not needed any more.</summary>
    Dropped,

    /// <summary>It is still in use: ask again.</summary>
    Later,
}
