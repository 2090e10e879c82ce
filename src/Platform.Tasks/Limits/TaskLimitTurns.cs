using Platform.Redis.RateLimiting;

namespace Platform.Tasks.Limits;

/// <summary>
/// When those that were refused ask again: one after the other, as permits come back, not all at once, of which all but one would be refused
/// once more.
/// </summary>
internal sealed class TaskLimitTurns
{
    /// <summary>Where nobody can say when there is a permit.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(1);

    /// <summary>Limits may be raised meanwhile: nobody is sent further away, unless the limit itself is.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _next;

    public TimeSpan Next(RateLimitResult refused, DateTimeOffset now)
    {
        var first = refused.RetryAfter > TimeSpan.Zero ? refused.RetryAfter : Unknown;
        var between = refused.Reset / Math.Max(1, refused.Limit - refused.Remaining);
        lock (_gate)
        {
            var at = now + first;
            at = _next > at ? _next : at;
            var wait = at - now;
            if (wait > Furthest && wait > first)
            {
                return Furthest > first ? Furthest : first;
            }

            _next = at + between;
            return wait;
        }
    }
}
