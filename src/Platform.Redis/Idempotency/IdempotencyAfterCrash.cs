namespace Platform.Redis.Idempotency;

/// <summary>What a repeated request is answered with when its first holder died between its effect and its answer.</summary>
public enum IdempotencyAfterCrash
{
    /// <summary>It is carried out again: for handlers that find their own half-done work, or check <see cref="IdempotencyContext.Fence"/>.</summary>
    Rerun,

    /// <summary>409: whoever asked looks what became of it. For effects that must not happen twice and cannot be found again.</summary>
    Unknown,
}
