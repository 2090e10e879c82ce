using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Redis.RateLimiting;

/// <summary>
/// Ten times a second: gives back leased permits that nobody used and renews held ones. Once a second, and when woken: the heartbeat,
/// the settings, the demand, what was granted while Redis was away.
/// </summary>
internal sealed class RateLimitUpkeep(
    PermitLending lending, PermitReturns returns, RateLimitStore store, RateLimitSettings settings, RateLimitOutage outage,
    PartitionTable partitions, PermitScripts scripts, RateLimitClock clock, RedisStore redis, TimeProvider time, ILogger<RateLimitUpkeep> logger) : BackgroundService
{
    private const long SyncInterval = 1_000;
    private const long RetryInterval = 100;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _syncing = new(1, 1);
    private string _version = "0";
    private long _syncAt;
    private volatile bool _woken;

    /// <summary>Puts in force what Redis has now.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await _syncing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SyncOnceAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _syncing.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _syncing.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = store.Listen(() => _ = WakeAsync(stoppingToken));
        using var timer = new PeriodicTimer(Tick, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (RedisUnavailableException)
            {
                // Told by the breaker. What is due is done when Redis is back.
                _syncAt = clock.Now + RetryInterval;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.UpkeepFailed(exception);
                _syncAt = clock.Now + SyncInterval;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    // At once; where that fails the next look is due.
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        _woken = true;
        await Task.Yield();
        try
        {
            await SyncAsync(cancellationToken).ConfigureAwait(false);
            _woken = false;
        }
        catch (Exception exception) when (exception is RedisUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            // Redis is away, or the service ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        ReturnIdle();
        if (redis.State != RedisBreakerState.Closed)
        {
            outage.Away();

            // As soon as it is back.
            _syncAt = 0;
            return;
        }

        if (returns.Held.Count > 0)
        {
            await RenewAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_woken || clock.Now >= _syncAt)
        {
            _woken = false;
            await SyncAsync(cancellationToken).ConfigureAwait(false);
            outage.Synced();
            await ReportAllAsync().ConfigureAwait(false);
            partitions.DropIdle();
            _syncAt = clock.Now + SyncInterval;
        }
    }

    private async Task SyncOnceAsync(CancellationToken cancellationToken)
    {
        var demand = settings.Counters.Select(policy => (policy.Key, Demand: policy.Value.Take())).Where(policy => policy.Demand != default).ToList();
        try
        {
            var before = clock.Now;
            var sync = await store.SyncAsync(_version, demand, cancellationToken).ConfigureAwait(false);
            demand = [];
            settings.Instances = sync.Instances;
            if (sync.Changes is not null)
            {
                settings.Apply(sync.Changes, sync.Bans!.Select(ban => KeyValuePair.Create(ban.Key, before + ban.Value)));
                ForgetDenials();
            }

            _version = sync.Version;
        }
        finally
        {
            foreach (var (policy, counts) in demand)
            {
                settings.Counters.First(one => one.Key == policy).Value.PutBack(counts);
            }
        }
    }

    private void ReturnIdle()
    {
        var now = clock.Now;
        foreach (var (state, rule) in lending.States)
        {
            if (state.Leased is not { Left: > 0 } leased)
            {
                lending.States.TryRemove(state, out _);
            }
            else if (now - leased.SentAt >= LeasedPermits.IdleLimit)
            {
                lending.States.TryRemove(state, out _);
                if (leased.TakeAll() is var unused and > 0)
                {
                    scripts.Return(state, rule, unused, leased.Deadline - now, leased.Waited);
                }

                // Lent again meanwhile, and seen in the list when that was done.
                if (state.Leased is { Left: > 0 })
                {
                    lending.States.TryAdd(state, rule);
                }
            }
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now;
        foreach (var group in returns.Held.Where(held => now >= held.RenewAt).GroupBy(held => held.State))
        {
            var held = group.ToList();
            await scripts.RenewAsync(held, cancellationToken).ConfigureAwait(false);
            held.ForEach(one => one.RenewAt = now + (one.Rule.WindowMs / 3));
        }
    }

    private async Task ReportAllAsync()
    {
        foreach (var state in partitions.All.SelectMany(partition => partition.States).Where(state => state.HasUnreported))
        {
            if (settings.Policies.ByName.TryGetValue(state.Policy, out var policy))
            {
                await scripts.ReportAsync(state, policy.Rule, clock.Now).ConfigureAwait(false);
            }
        }
    }

    private void ForgetDenials()
    {
        foreach (var state in partitions.All.SelectMany(partition => partition.States))
        {
            state.Forget();
        }
    }
}
