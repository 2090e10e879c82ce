using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>
/// Decides requests. What the process knows decides first (bans, remembered denials, leased permits); the rest goes to Redis, the
/// policies of one partition in one script, several partitions in one round trip. Where one refuses, the others get back what
/// they took.
/// </summary>
internal sealed class RateLimitEngine(
    RedisStore store, RateLimitClock clock, RateLimitSettings settings, RateLimitOutage outage, PermitScripts scripts)
{
    /// <summary>What a process that waits for another request's refill does at most before it asks by itself.</summary>
    private const int MostWaits = 3;

    /// <summary>Leased permits of a bucket belong to no window; an instance that stood still may not use them long after.</summary>
    private const long LongestBucketLease = 1_000;

    private readonly ConcurrentDictionary<PolicyState, RateLimitRule> _lending = new();
    private readonly ConcurrentDictionary<HeldPermits, bool> _held = new();

    public long Now => clock.Now;

    /// <summary>States that may hold leased permits.</summary>
    public ConcurrentDictionary<PolicyState, RateLimitRule> Lending => _lending;

    /// <summary>Concurrency permits to renew.</summary>
    public ICollection<HeldPermits> Held => _held.Keys;

    public ValueTask<RateLimitLease> DecideAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        if (TryDecideLocally(decision))
        {
            return new ValueTask<RateLimitLease>(decision);
        }

        ref var item = ref decision.Items[0];
        if (decision.Count > 1)
        {
            return DecideSeveralAsync(decision, cancellationToken);
        }

        return item.Rule.IsConcurrency || Want(ref item) > item.Cost
            ? DecideForManyAsync(decision, cancellationToken)
            : DecideOneAsync(decision, cancellationToken);
    }

    /// <summary>Decides from memory, if that is possible.</summary>
    public bool TryDecideLocally(RateLimitDecision decision)
    {
        if (store.State != RedisBreakerState.Closed)
        {
            return DecideAway(decision);
        }

        return TryDecideLocally(decision, decision.Now);
    }

    private bool TryDecideLocally(RateLimitDecision decision, long now)
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

        return refused ? Conclude(decision) : TakeLeased(decision, now) && Conclude(decision);
    }

    /// <summary>The request ended: its concurrency permits are free again.</summary>
    public void Completed(RateLimitDecision decision)
    {
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (item.Rule.IsConcurrency)
            {
                GiveBack(ref item);
            }
        }
    }

    /// <summary>The service failed the request: policies that say so give their permits back.</summary>
    public void Refund(RateLimitDecision decision)
    {
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (item.Policy.Options.RefundServerErrors && !item.Rule.IsConcurrency)
            {
                GiveBack(ref item);
            }
        }
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
                    _ = FetchAheadAsync(item.State, item.Rule);
                }
            }

            all &= item.Settled;
        }

        return all;
    }

    // The usual case. Nothing is allocated for the wait but what the store returns.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RateLimitLease> DecideOneAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        var state = decision.Items[0].State;
        var sentAt = decision.Now;
        try
        {
            if (state.HasUnreported)
            {
                await scripts.ReportAsync(state, decision.Items[0].Rule, sentAt).ConfigureAwait(false);
            }

            // Permits that may be given back are given to the window that this very answer tells of.
            var askForWindow = decision.Items[0].Policy.Options.RefundServerErrors || !state.KnowsWindow(sentAt);
            var asking = scripts.TakeOneAsync(ref decision.Items[0], askForWindow, cancellationToken);
            var reply = await asking.ConfigureAwait(false);
            ReadOne(ref decision.Items[0], (long)reply, sentAt);
            outage.Over();
        }
        catch (RedisUnavailableException)
        {
            DecideAway(decision);
            return decision;
        }

        Conclude(decision);
        return decision;
    }

    private async ValueTask<RateLimitLease> DecideForManyAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        TaskCompletionSource? refill = null;
        try
        {
            if (!decision.Items[0].Rule.IsConcurrency)
            {
                refill = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                for (var waits = 0; decision.Items[0].State.BeginRefill(refill) is { } other; waits++)
                {
                    // Somebody fetches permits for all of us already.
                    if (waits == MostWaits)
                    {
                        refill = null;
                        break;
                    }

                    await other.ConfigureAwait(false);
                    if (TryDecideLocally(decision, clock.Now))
                    {
                        refill = null;
                        return decision;
                    }
                }
            }

            await ReportAsync(decision).ConfigureAwait(false);
            var sentAt = clock.Now;
            var want = refill is null ? decision.Items[0].Cost : Want(ref decision.Items[0]);
            var asking = scripts.TakeAsync(ref decision.Items[0], want, cancellationToken);
            Read(ref decision.Items[0], await asking.ConfigureAwait(false), 0, sentAt);
            outage.Over();
        }
        catch (RedisUnavailableException)
        {
            GiveBack(ref decision.Items[0]);
            DecideAway(decision);
            return decision;
        }
        finally
        {
            if (refill is not null)
            {
                decision.Items[0].State.EndRefill(refill);
            }
        }

        Conclude(decision);
        return decision;
    }

    // Before the last one is gone, so that a busy partition's requests do not wait for a round trip together.
    private async Task FetchAheadAsync(PolicyState state, RateLimitRule rule)
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

    private void Lend(PolicyState state, RateLimitRule rule, int permits, int remaining, long reset, long sentAt)
    {
        if (permits > 0)
        {
            var deadline = sentAt + (rule.IsBucket ? LongestBucketLease : reset);
            var now = clock.Now;
            state.Lend(new LeasedPermits(permits, sentAt, now - sentAt, deadline, remaining, sentAt + reset), now);
            _lending.TryAdd(state, rule);
        }
    }

    private async ValueTask<RateLimitLease> DecideSeveralAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            await ReportAsync(decision).ConfigureAwait(false);
            await AskSeveralAsync(decision, cancellationToken).ConfigureAwait(false);
            outage.Over();
        }
        catch (RedisUnavailableException)
        {
            Undo(decision);
            DecideAway(decision);
            return decision;
        }
        catch
        {
            Undo(decision);
            throw;
        }

        Conclude(decision);
        return decision;
    }

    private async ValueTask ReportAsync(RateLimitDecision decision)
    {
        for (var i = 0; i < decision.Count; i++)
        {
            if (decision.Items[i] is { State: { HasUnreported: true } state, Rule: { IsConcurrency: false } rule })
            {
                await scripts.ReportAsync(state, rule, clock.Now).ConfigureAwait(false);
            }
        }
    }

    private int Want(ref RateLimitItem item) => item.Rule.IsConcurrency || !item.Policy.Options.LeaseInChunks || !item.State.Partition.Kept
        ? item.Cost
        : item.State.Want(item.Cost, item.Rule, clock.Now, settings.Instances.Count);

    private async Task AskSeveralAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        // A request has a handful of policies and one or two partitions: looking is cheaper than grouping.
        var sentAt = clock.Now;
        var asked = new List<(int[] Items, Task<RedisResult> Reply)>(2);
        for (var i = 0; i < decision.Count; i++)
        {
            ref var item = ref decision.Items[i];
            var partition = item.State.Partition;
            if (item.Settled || asked.Any(other => decision.Items[other.Items[0]].State.Partition == partition))
            {
                continue;
            }

            int[] group = [.. Enumerable.Range(i, decision.Count - i)
                .Where(other => !decision.Items[other].Settled && decision.Items[other].State.Partition == partition)];
            asked.Add((group, scripts.TakeAsync(decision.Items, group, cancellationToken)));
        }

        List<Exception> failures = [];
        foreach (var (group, task) in asked)
        {
            try
            {
                var reply = await task.ConfigureAwait(false);
                for (var i = 0; i < group.Length; i++)
                {
                    Read(ref decision.Items[group[i]], reply, i, sentAt);
                }
            }
            catch (Exception exception) when (exception is RedisUnavailableException or OperationCanceledException)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw failures[0];
        }
    }

    private void ReadOne(ref RateLimitItem item, long reply, long sentAt)
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

    private static long ToMilliseconds(long ticks) => (ticks + RateLimitRule.TicksPerMillisecond - 1) / RateLimitRule.TicksPerMillisecond;

    private void Read(ref RateLimitItem item, RedisResult reply, int index, long sentAt)
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
                _held.TryAdd(held, true);
            }
            else
            {
                item.Held = null;
            }
        }

        if (granted > item.Cost)
        {
            var extra = granted - item.Cost;
            Lend(item.State, item.Rule, extra, remaining, reset, sentAt);
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

    private bool DecideAway(RateLimitDecision decision)
    {
        outage.Begin();
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

        return Conclude(decision);
    }

    private bool Conclude(RateLimitDecision decision)
    {
        var items = decision.Items.AsSpan(0, decision.Count);
        decision.Granted = true;
        foreach (ref readonly var item in items)
        {
            decision.Granted &= !item.Refuses;
        }

        foreach (ref var item in items)
        {
            if (decision.Granted || item.Refused)
            {
                item.Policy.Counters.Count(item.Outcome);
            }
            else
            {
                GiveBack(ref item);
            }
        }

        decision.Tell();
        return true;
    }

    private void Undo(RateLimitDecision decision)
    {
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            GiveBack(ref item);
            item.Settled = item.Refused = false;
        }
    }

    private void GiveBack(ref RateLimitItem item)
    {
        item.HeldIn?.Release(item.Cost);
        item.HeldIn = null;
        if (item.Held is { } held)
        {
            _held.TryRemove(held, out _);
            scripts.Release(held);
            item.Held = null;
        }
        else if (item.Taken > 0 && item.From is { } leased)
        {
            leased.PutBack(item.Taken);
        }
        else if (item.Taken > 0)
        {
            scripts.Return(item.State, item.Rule, item.Taken, item.ResetAt - clock.Now, item.Waited);
        }

        item.Taken = 0;
    }
}
