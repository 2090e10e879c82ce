using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Redis.Diagnostics;
using Platform.Redis.Resilience;

namespace Platform.Redis.Guarantees;

/// <summary>
/// Writes down what every capability gives, when Redis goes and comes back and when a capability changes by itself: not when somebody
/// asks, so that the story of an outage can be read after it. Everything is in memory; nothing here ever waits.
/// </summary>
internal sealed class GuaranteeJournal : IHostedService, IDisposable
{
    public const int MostChanges = 50;

    private readonly RedisStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WatchedCapability[] _capabilities;
    private readonly Queue<GuaranteeChange> _history = new();
    private readonly Lock _gate = new();
    private RedisGuarantee _redis;
    private bool _weaker;

    public GuaranteeJournal(
        RedisStore store, IEnumerable<ICapability> capabilities, TimeProvider time, RedisMetrics metrics, ILogger<GuaranteeJournal> logger)
    {
        _store = store;
        _time = time;
        _logger = logger;
        var now = time.GetUtcNow();
        _redis = new RedisGuarantee(true, now, null);
        _capabilities =
        [
            .. capabilities.DistinctBy(capability => capability.Name).OrderBy(capability => capability.Name, StringComparer.Ordinal)
                .Select(capability => new WatchedCapability(capability, now, logger)),
        ];
        _store.StateChanged += RedisChanged;
        foreach (var watched in _capabilities)
        {
            watched.Capability.StateChanged += CapabilityChanged;
        }

        metrics.ObserveGuarantees(Modes);
    }

    /// <summary>What holds now.</summary>
    /// <param name="details">Whether more than names and modes is told.</param>
    public GuaranteesResponse Tell(bool details)
    {
        lock (_gate)
        {
            // A change that nobody announced is found here at the latest.
            Look("capability", _time.GetUtcNow());
            return new GuaranteesResponse(
                details ? _redis : null,
                [.. _capabilities.Select(watched => watched.Tell(details))],
                details ? [.. _history.Reverse()] : null);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        CapabilityChanged();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _store.StateChanged -= RedisChanged;
        foreach (var watched in _capabilities)
        {
            watched.Capability.StateChanged -= CapabilityChanged;
        }
    }

    private void RedisChanged(RedisStateChange change)
    {
        var reason = change.Reason is { } why ? RedisFailure.Word(why) : null;
        lock (_gate)
        {
            _redis = new RedisGuarantee(change.Available, change.At, reason);
            Look(change.Available ? "redis_available" : "redis_unavailable", change.At, change);
        }
    }

    private void CapabilityChanged()
    {
        lock (_gate)
        {
            Look("capability", _time.GetUtcNow());
        }
    }

    private void Look(string reason, DateTimeOffset at, RedisStateChange? redis = null)
    {
        List<CapabilityChange> changes = [];
        foreach (var watched in _capabilities)
        {
            if (watched.Look(at) is { } change)
            {
                changes.Add(change);
            }
        }

        if (changes.Count == 0 && redis is null)
        {
            return;
        }

        if (_history.Count == MostChanges)
        {
            _history.Dequeue();
        }

        double? outage = redis?.Outage is { } away ? Math.Round(away.TotalSeconds, 3) : null;
        _history.Enqueue(new GuaranteeChange(at, reason, redis is null ? null : _redis.Reason, outage, changes));
        if (changes.Count > 0)
        {
            Log(changes);
        }
    }

    private void Log(List<CapabilityChange> changes)
    {
        var weaker = Array.Exists(_capabilities, watched => watched.Mode is GuaranteeMode.Local or GuaranteeMode.Refusing);
        if (changes.Exists(IsWeaker))
        {
            _logger.Weakened(Names(GuaranteeMode.Local), Names(GuaranteeMode.Refusing));
        }
        else if (_weaker && !weaker)
        {
            _logger.Restored();
        }

        _weaker = weaker;
    }

    // One of several that come back is not a loss, even while others have not.
    private static bool IsWeaker(CapabilityChange change) => change.From == GuaranteeMode.Starting || change.To > change.From;

    private string Names(GuaranteeMode mode)
    {
        var names = string.Join(", ", _capabilities.Where(watched => watched.Mode == mode).Select(watched => watched.Name));
        return names.Length > 0 ? names : "none";
    }

    private IEnumerable<(string Capability, GuaranteeMode Mode)> Modes()
    {
        lock (_gate)
        {
            Look("capability", _time.GetUtcNow());
            return [.. _capabilities.Select(watched => (watched.Name, watched.Mode))];
        }
    }
}
