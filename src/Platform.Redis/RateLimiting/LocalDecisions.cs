namespace Platform.Redis.RateLimiting;

/// <summary>What this process knows without asking: bans, remembered denials, leased permits.</summary>
internal sealed class LocalDecisions(RateLimitSettings settings, PermitLending lending)
{
    /// <summary>Whether that decides the request: a policy refuses, or all have leased permits left.</summary>
    public bool TryDecide(RateLimitDecision decision, long now)
    {
        var refused = false;
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (settings.BannedUntil(item.State) is var banned && banned > now)
            {
                Refuse(ref item, 0, banned, banned);
            }
            else if (item.State.DenialOf(item.Cost, now) is { } denial)
            {
                Refuse(ref item, denial.Remaining, denial.ResetAt, denial.RetryAt);
            }

            refused |= item.Refuses;
        }

        return refused || TakeLeased(decision, now);
    }

    private static void Refuse(ref RateLimitItem item, int remaining, long resetAt, long retryAt)
    {
        item.Settled = item.Refused = true;
        item.Outcome = item.Rule.Shadow ? RateLimitOutcome.ShadowDenied : RateLimitOutcome.LocalDenied;
        (item.Remaining, item.ResetAt, item.RetryAt) = (remaining, resetAt, retryAt);
    }

    private bool TakeLeased(RateLimitDecision decision, long now)
    {
        var all = true;
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (!item.Settled && item.State.Leased is { } leased && leased.TryTake(item.Cost, now))
            {
                item.Settled = true;
                item.Taken = item.Cost;
                item.From = leased;
                item.Outcome = RateLimitOutcome.Local;
                (item.Remaining, item.ResetAt) = (leased.Remaining, leased.ResetAt);
                if (leased.RunsLow && !item.State.Refilling)
                {
                    _ = lending.FetchAheadAsync(item.State, item.Rule);
                }
            }

            all &= item.Settled;
        }

        return all;
    }
}
