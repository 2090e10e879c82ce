namespace Platform.Redis.RateLimiting;

/// <summary>
/// Redis refused: as long as it would again, so does this process, without asking. Measured from before the question was sent, so
/// it ends early rather than late.
/// </summary>
/// <param name="Need">Requests that need as much or more are refused.</param>
/// <param name="Remaining">Permits that were left.</param>
/// <param name="ForgetAt">When Redis is asked again: permits may have been given back meanwhile.</param>
/// <param name="RetryAt">When Redis would allow it.</param>
/// <param name="ResetAt">When the limit is whole again.</param>
internal sealed record Denial(int Need, int Remaining, long ForgetAt, long RetryAt, long ResetAt)
{
    /// <summary>How long an answer is believed at most: what a refund, a reset or another instance's returned permits may wait.</summary>
    public const long LongestMemory = 250;
}
