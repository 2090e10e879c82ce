using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>Whether something can still be had back, and until when or since when not.</summary>
internal readonly record struct KeptUntil(ReadOutcome Outcome, DateTimeOffset At)
{
    /// <param name="promise">In milliseconds since 1970; outlives what was promised.</param>
    /// <param name="lives">Whether the place that held it is still there.</param>
    /// <param name="known">Whether it is in that place.</param>
    public static KeptUntil Of(RedisValue promise, bool lives, bool known) => promise.IsNull || (lives && !known)
        ? new KeptUntil(ReadOutcome.Unknown, default)
        : new KeptUntil(lives ? ReadOutcome.Found : ReadOutcome.Expired, DateTimeOffset.FromUnixTimeMilliseconds((long)promise));
}
