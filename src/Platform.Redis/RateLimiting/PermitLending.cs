using System.Collections.Concurrent;

namespace Platform.Redis.RateLimiting;

/// <summary>Permits that a busy process takes from Redis in chunks and hands out by itself.</summary>
internal sealed class PermitLending(RateLimitClock clock, RateLimitSettings settings, PermitScripts scripts)
{
    /// <summary>Leased permits of a bucket belong to no window; an instance that stood still may not use them long after.</summary>
    private const long LongestBucketLease = 1_000;

    /// <summary>States that may hold leased permits.</summary>
    public ConcurrentDictionary<PolicyState, RateLimitRule> States { get; } = new();

    /// <summary>Permits to ask for: what the request costs, or more, for those that follow.</summary>
    public int Want(ref RateLimitItem item) => item.Rule.IsConcurrency || !item.Policy.Options.LeaseInChunks || !item.State.Partition.Kept
        ? item.Cost
        : item.State.Want(item.Cost, item.Rule, clock.Now, settings.Instances.Count);

    /// <summary>Puts permits that Redis gave beyond what was needed where the next requests find them.</summary>
    public void Lend(PolicyState state, RateLimitRule rule, int permits, int remaining, long reset, long sentAt)
    {
        if (permits > 0)
        {
            var deadline = sentAt + (rule.IsBucket ? LongestBucketLease : reset);
            var now = clock.Now;
            state.Lend(new LeasedPermits(permits, sentAt, now - sentAt, deadline, remaining, sentAt + reset), now);
            States.TryAdd(state, rule);
        }
    }

    /// <summary>Fetches more before the last one is gone, so that a busy partition's requests do not wait for a round trip together.</summary>
    public async Task FetchAheadAsync(PolicyState state, RateLimitRule rule)
    {
        var refill = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (state.BeginRefill(refill) is not null)
        {
            return;
        }

        try
        {
            var sentAt = clock.Now;
            var want = state.Want(1, rule, sentAt, settings.Instances.Count);
            if (want > 1)
            {
                var reply = await scripts.TakeAheadAsync(state, rule, want).ConfigureAwait(false);
                state.Replied(1, (int)reply[1], sentAt + (long)reply[2], 0, sentAt, 0);
                Lend(state, rule, (int)reply[0], (int)reply[1], (long)reply[2], sentAt);
            }
        }
        catch (RedisUnavailableException)
        {
            // Whoever needs them next finds out.
        }
        finally
        {
            state.EndRefill(refill);
        }
    }
}
