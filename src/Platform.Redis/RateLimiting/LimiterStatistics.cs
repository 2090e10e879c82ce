using System.Threading.RateLimiting;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.RateLimiting;

/// <summary>Acquires for a limiter, and remembers what the framework asks limiters about.</summary>
internal sealed class LimiterStatistics : IRateLimitObserver
{
    private readonly StripedCounter _granted = new();
    private long _lastUsed = Environment.TickCount64;
    private long _refused;
    private int _remaining = -1;

    public TimeSpan? Idle => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastUsed));

    /// <param name="full">What is available while nobody asked yet.</param>
    public RateLimiterStatistics Current(int full) => new()
    {
        CurrentAvailablePermits = Volatile.Read(ref _remaining) is var left and >= 0 ? left : full,
        TotalSuccessfulLeases = _granted.Sum,
        TotalFailedLeases = Volatile.Read(ref _refused),
    };

    public RateLimitLease Attempt(RateLimits limits, string policy, string key, int permits)
    {
        if (permits == 0)
        {
            return FixedLease.Granted;
        }

        var decision = limits.Begin(limits.Policy(policy), key, permits, this);
        return decision is null ? FixedLease.Granted : limits.TryDecideLocally(decision) ? decision : FixedLease.NotKnown;
    }

    public ValueTask<RateLimitLease> AcquireAsync(RateLimits limits, string policy, string key, int permits, CancellationToken cancellationToken) =>
        permits == 0 || limits.Begin(limits.Policy(policy), key, permits, this) is not { } decision
            ? new ValueTask<RateLimitLease>(FixedLease.Granted)
            : limits.DecideAsync(decision, cancellationToken);

    public void Decided(RateLimitDecision decision)
    {
        // Written only where it changes: callers on other cores read the same line.
        var now = Environment.TickCount64;
        if (Volatile.Read(ref _lastUsed) != now)
        {
            Volatile.Write(ref _lastUsed, now);
        }

        Volatile.Write(ref _remaining, decision.Items[0].Remaining);
        if (decision.Granted)
        {
            _granted.Increment();
        }
        else
        {
            Interlocked.Increment(ref _refused);
        }
    }
}
