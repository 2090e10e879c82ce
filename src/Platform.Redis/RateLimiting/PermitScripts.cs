using Platform.Redis.Resilience;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>The scripts that take and give permits.</summary>
internal sealed class PermitScripts(RedisStore store)
{
    private static readonly RedisScript TakePermits = RedisScript.FromResource(typeof(PermitScripts).Assembly, "TakePermits.lua");
    private static readonly RedisScript TakeFixedWindow = RedisScript.FromResource(typeof(PermitScripts).Assembly, "TakeFixedWindow.lua");
    private static readonly RedisScript TakeSlidingWindow = RedisScript.FromResource(typeof(PermitScripts).Assembly, "TakeSlidingWindow.lua");
    private static readonly RedisScript TakeGcra = RedisScript.FromResource(typeof(PermitScripts).Assembly, "TakeGcra.lua");
    private static readonly RedisScript ReturnPermits = RedisScript.FromResource(typeof(PermitScripts).Assembly, "ReturnPermits.lua");
    private static readonly RedisScript PeekPermits = RedisScript.FromResource(typeof(PermitScripts).Assembly, "PeekPermits.lua");
    private static readonly RedisScript RenewPermits = RedisScript.FromResource(typeof(PermitScripts).Assembly, "RenewPermits.lua");

    /// <summary>Both clocks are read in whole milliseconds.</summary>
    private const long ClockStep = 2;

    /// <summary>One request's permits under one policy: the algorithm's own script, which answers with one number.</summary>
    public Task<RedisResult> TakeOneAsync(ref RateLimitItem item, bool askForWindow, CancellationToken cancellationToken) => store.EvaluateAsync(
        item.Rule.Algorithm switch
        {
            RateLimitAlgorithm.FixedWindow => TakeFixedWindow,
            RateLimitAlgorithm.SlidingWindow => TakeSlidingWindow,
            _ => TakeGcra,
        },
        item.State.KeysFor(item.Rule), item.Rule.ShortArguments(item.Cost, askForWindow), cancellationToken);

    /// <summary>More than a request needs, for those that follow; or permits that are held.</summary>
    public Task<RedisResult> TakeAsync(ref RateLimitItem item, int want, CancellationToken cancellationToken)
    {
        item.Held = item.Rule.IsConcurrency ? new HeldPermits(item.State, item.Rule, item.Cost) : null;
        var arguments = item.Rule.Arguments(item.Cost, want, item.Held?.Id ?? (RedisValue)item.Rule.Burst);
        return store.EvaluateAsync(TakePermits, item.State.KeysFor(item.Rule), arguments, cancellationToken);
    }

    /// <summary>Permits for requests to come.</summary>
    public Task<RedisResult> TakeAheadAsync(PolicyState state, RateLimitRule rule, int want) =>
        store.EvaluateAsync(TakePermits, state.KeysFor(rule), rule.Arguments(1, want, rule.Burst), CancellationToken.None);

    /// <summary>Several policies of one partition.</summary>
    public Task<RedisResult> TakeAsync(RateLimitItem[] items, int[] group, CancellationToken cancellationToken)
    {
        if (group.Length == 1)
        {
            return TakeAsync(ref items[group[0]], items[group[0]].Cost, cancellationToken);
        }

        var keys = new RedisKey[group.Length];
        var arguments = new RedisValue[group.Length * RateLimitRule.ArgumentsPerKey];
        for (var i = 0; i < group.Length; i++)
        {
            ref var item = ref items[group[i]];
            keys[i] = item.State.KeysFor(item.Rule)[0];
            item.Held = item.Rule.IsConcurrency ? new HeldPermits(item.State, item.Rule, item.Cost) : null;
            item.Rule.Write(
                arguments.AsSpan(i * RateLimitRule.ArgumentsPerKey), item.Rule.Mode, item.Cost, item.Cost, item.Held?.Id ?? (RedisValue)item.Rule.Burst);
        }

        return store.EvaluateAsync(TakePermits, keys, arguments, cancellationToken);
    }

    public Task<RedisResult> PeekAsync(RateLimitRule rule, RedisKey[] keys, CancellationToken cancellationToken) =>
        store.EvaluateAsync(PeekPermits, keys, [rule.Kind, rule.IsBucket ? rule.Interval : rule.Limit, rule.WindowMs, rule.Burst], cancellationToken);

    /// <summary>Gives permits back, without anybody waiting for it: where Redis is away they lapse with their window.</summary>
    /// <param name="state">Whose.</param>
    /// <param name="rule">Under what they were taken.</param>
    /// <param name="permits">How many.</param>
    /// <param name="left">What the window they were taken in has left at least, in ms.</param>
    /// <param name="waited">How long the answer took that gave them: the window may last that much longer.</param>
    public void Return(PolicyState state, RateLimitRule rule, int permits, long left, long waited)
    {
        if (left > 0 || rule.IsBucket)
        {
            Send(ReturnPermits, state.KeysFor(rule), [rule.Kind, permits, left + waited + ClockStep, rule.Interval, rule.WindowMs]);
        }
    }

    /// <summary>Frees concurrency permits; where Redis is away they expire.</summary>
    public void Release(HeldPermits held)
    {
        if (store.State == RedisBreakerState.Closed)
        {
            store.ExecuteAsync(
                "ReleasePermits", (Key: held.State.KeysFor(held.Rule)[0], Ids: held.Ids.Select(id => (RedisValue)id).ToArray()),
                static (database, held) => database.SortedSetRemoveAsync(held.Key, held.Ids), CancellationToken.None).Abandon();
        }
    }

    public async Task RenewAsync(IReadOnlyList<HeldPermits> held, CancellationToken cancellationToken) => await store.EvaluateAsync(
        RenewPermits, held[0].State.KeysFor(held[0].Rule),
        [held[0].Rule.WindowMs, .. held.SelectMany(one => one.Ids).Select(id => (RedisValue)id)], cancellationToken).ConfigureAwait(false);

    /// <summary>Counts what was granted while Redis was away.</summary>
    public Task ReportAsync(PolicyState state, RateLimitRule rule, long now) => state.Share.ReportAsync(rule, now, used =>
    {
        var arguments = new RedisValue[RateLimitRule.ArgumentsPerKey];
        rule.Write(arguments, "x", used, used, rule.Burst);
        return store.EvaluateAsync(TakePermits, state.KeysFor(rule), arguments, CancellationToken.None);
    });

    public Task ResetAsync(RedisKey[] keys, CancellationToken cancellationToken) => store.ExecuteAsync(
        "ResetPermits", keys, static (database, keys) => Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(key))), cancellationToken);

    private void Send(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (store.State == RedisBreakerState.Closed)
        {
            store.EvaluateAsync(script, keys, arguments, CancellationToken.None).Abandon();
        }
    }
}
