using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>Reads what the scripts answer into the decision, and keeps what follows from it for the next ones.</summary>
internal sealed class PermitReplies(RateLimitClock clock, PermitLending lending, PermitReturns returns)
{
    /// <summary>The one number with which an algorithm's own script answers.</summary>
    public void ReadOne(ref RateLimitItem item, long reply, long sentAt)
    {
        const long Unit = 1 << 24;
        var refused = reply < 0;
        var value = refused ? -1 - reply : reply;
        var rule = item.Rule;
        var never = item.Cost > rule.Burst;
        int remaining;
        long reset;
        long retry;
        switch (rule.Algorithm)
        {
            case RateLimitAlgorithm.FixedWindow:
                var used = (int)(value % Unit);
                remaining = Math.Max(0, rule.Limit - used);
                reset = value / Unit is var left and > 0 ? left
                    : used == item.Cost ? rule.WindowMs
                    : item.State.ResetAt - sentAt;
                retry = reset;
                break;
            case RateLimitAlgorithm.SlidingWindow:
                remaining = (int)(value % Unit);
                reset = retry = value / Unit;
                break;
            default:
                remaining = rule.Burst - (int)((value + rule.Interval - 1) / rule.Interval);
                reset = ToMilliseconds(value);
                retry = Math.Max(1, ToMilliseconds(value + ((item.Cost - rule.Burst) * rule.Interval)));
                break;
        }

        if (item.Policy.Options.RefundServerErrors)
        {
            item.Waited = clock.Now - sentAt;
        }

        Settle(ref item, refused ? 0 : item.Cost, remaining, reset, !refused ? 0 : never ? -1 : retry, sentAt);
    }

    /// <summary>The four numbers that <c>TakePermits</c> answers for a policy.</summary>
    public void Read(ref RateLimitItem item, RedisResult reply, int index, long sentAt)
    {
        var at = index * 4;
        var granted = (int)reply[at];
        var remaining = (int)reply[at + 1];
        var reset = (long)reply[at + 2];
        item.Waited = clock.Now - sentAt;
        Settle(ref item, granted, remaining, reset, (long)reply[at + 3], sentAt);
        if (item.Held is { } held)
        {
            if (granted > 0)
            {
                held.RenewAt = sentAt + (item.Rule.WindowMs / 3);
                returns.Hold(held);
            }
            else
            {
                item.Held = null;
            }
        }

        if (granted > item.Cost)
        {
            var extra = granted - item.Cost;
            lending.Lend(item.State, item.Rule, extra, remaining, reset, sentAt);
            item.Remaining += extra;
        }
    }

    private void Settle(ref RateLimitItem item, int granted, int remaining, long reset, long retry, long sentAt)
    {
        item.Settled = true;
        item.Refused = retry != 0;
        item.Remaining = remaining;
        item.ResetAt = sentAt + reset;
        item.Taken = Math.Min(granted, item.Cost);
        if (retry != 0)
        {
            // One more: the reply's milliseconds count from a moment after this process's.
            item.RetryAt = retry < 0 ? long.MaxValue : clock.Now + retry + 1;
        }

        item.Outcome = (item.Refused, item.Rule.Shadow) switch
        {
            (false, _) => RateLimitOutcome.Allowed,
            (_, true) => RateLimitOutcome.ShadowDenied,
            _ => RateLimitOutcome.Denied,
        };
        item.State.Replied(item.Cost, remaining, item.ResetAt, item.Rule.IsConcurrency ? 0 : retry, sentAt, item.RetryAt);
    }

    private static long ToMilliseconds(long ticks) => (ticks + RateLimitRule.TicksPerMillisecond - 1) / RateLimitRule.TicksPerMillisecond;
}
