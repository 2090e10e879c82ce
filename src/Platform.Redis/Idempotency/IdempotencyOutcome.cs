namespace Platform.Redis.Idempotency;

/// <summary>What a request with a key comes to.</summary>
internal enum IdempotencyOutcome
{
    /// <summary>It is the first: its handler runs.</summary>
    Acquired,

    /// <summary>It was answered before.</summary>
    Answered,

    /// <summary>The first is being carried out.</summary>
    InFlight,

    /// <summary>The first's holder died, and the endpoint does not run it again.</summary>
    Unknown,

    /// <summary>The key belongs to another request.</summary>
    Reused,
}
