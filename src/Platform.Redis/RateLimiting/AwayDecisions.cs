namespace Platform.Redis.RateLimiting;

/// <summary>Decides while Redis is away, as each policy's failure mode says.</summary>
internal sealed class AwayDecisions(RedisStore store, RateLimitClock clock, RateLimitSettings settings, RateLimitOutage outage)
{
    public void Decide(RateLimitDecision decision)
    {
        outage.DecidedAlone(store.State == RedisBreakerState.Closed);
        var now = clock.Now;
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (item.Settled)
            {
                continue;
            }

            item.Settled = true;
            item.Outcome = RateLimitOutcome.FailureModeAllowed;
            (item.Remaining, item.ResetAt) = (item.Rule.Limit, now + item.Rule.WindowMs);
            if (settings.BannedUntil(item.State) is var banned && banned > now)
            {
                (item.Refused, item.Remaining, item.ResetAt, item.RetryAt) = (true, 0, banned, banned);
            }
            else if (item.Policy.Options.WhenRedisIsAway == RateLimitFailureMode.Closed)
            {
                (item.Refused, item.Remaining, item.RetryAt) = (true, 0, now + RateLimitOutage.RetryInterval);
                decision.ReducedCapacity |= !item.Rule.Shadow;
            }
            else if (item.Policy.Options.WhenRedisIsAway == RateLimitFailureMode.LocalBounded)
            {
                var share = outage.StateOf(item.State).Share;
                var (granted, remaining, reset, retry) = item.Rule.IsConcurrency
                    ? share.Hold(item.Rule, item.Cost, now, outage.Since, settings.Instances)
                    : share.Take(item.Rule, item.Cost, now, outage.Since, settings.Instances);
                item.HeldIn = granted && item.Rule.IsConcurrency ? share : null;
                (item.Refused, item.Remaining, item.ResetAt, item.RetryAt) = (!granted, remaining, now + reset, now + retry);
            }

            if (item.Refused)
            {
                item.Outcome = item.Rule.Shadow ? RateLimitOutcome.ShadowDenied : RateLimitOutcome.FailureModeDenied;
            }
        }
    }
}
