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
    RedisStore store, RateLimitClock clock, RateLimitOutage outage, PermitScripts scripts, LocalDecisions local, AwayDecisions away,
    PermitLending lending, PermitReplies replies, PermitReturns returns)
{
    /// <summary>What a process that waits for another request's refill does at most before it asks by itself.</summary>
    private const int MostWaits = 3;

    public long Now => clock.Now;

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

        return item.Rule.IsConcurrency || lending.Want(ref item) > item.Cost
            ? DecideForManyAsync(decision, cancellationToken)
            : DecideOneAsync(decision, cancellationToken);
    }

    /// <summary>Decides from memory, if that is possible.</summary>
    public bool TryDecideLocally(RateLimitDecision decision)
    {
        if (store.State != RedisBreakerState.Closed)
        {
            away.Decide(decision);
            return Conclude(decision);
        }

        return local.TryDecide(decision, decision.Now) && Conclude(decision);
    }

    /// <summary>The request ended: its concurrency permits are free again.</summary>
    public void Completed(RateLimitDecision decision) => returns.Completed(decision);

    /// <summary>The service failed the request: policies that say so give their permits back.</summary>
    public void Refund(RateLimitDecision decision) => returns.Refund(decision);

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
            replies.ReadOne(ref decision.Items[0], (long)reply, sentAt);
            outage.Over();
        }
        catch (RedisUnavailableException)
        {
            away.Decide(decision);
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
                    if (local.TryDecide(decision, clock.Now) && Conclude(decision))
                    {
                        refill = null;
                        return decision;
                    }
                }
            }

            await ReportAsync(decision).ConfigureAwait(false);
            var sentAt = clock.Now;
            var want = refill is null ? decision.Items[0].Cost : lending.Want(ref decision.Items[0]);
            var asking = scripts.TakeAsync(ref decision.Items[0], want, cancellationToken);
            replies.Read(ref decision.Items[0], await asking.ConfigureAwait(false), 0, sentAt);
            outage.Over();
        }
        catch (RedisUnavailableException)
        {
            returns.GiveBack(ref decision.Items[0]);
            away.Decide(decision);
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
            returns.Undo(decision);
            away.Decide(decision);
        }
        catch
        {
            returns.Undo(decision);
            throw;
        }

        Conclude(decision);
        return decision;
    }

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
                    replies.Read(ref decision.Items[group[i]], reply, i, sentAt);
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
                returns.GiveBack(ref item);
            }
        }

        decision.Tell();
        return true;
    }
}
