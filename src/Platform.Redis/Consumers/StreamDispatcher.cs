using Microsoft.Extensions.Logging;
using Platform.Redis.Events;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Consumers;

/// <summary>
/// Works a stream of small messages off, at least once each, together with all other replicas: an outbox. A message is removed once it was
/// delivered. What cannot be delivered now is kept and tried again with back-off: in rounds, each over all that is kept, between which new
/// messages are delivered without delay, however many are kept. What a replica that died was at is taken over by another after
/// <see cref="StreamDispatcherOptions.ClaimAfter"/>.
/// </summary>
public abstract class StreamDispatcher : BackgroundLoop
{
    private static readonly TimeSpan ConsumerLifetime = TimeSpan.FromHours(1);

    private readonly EventStreams _events;
    private readonly StreamDispatcherOptions _options;
    private readonly ILogger _logger;
    private readonly ConsumerGroup _group;
    private readonly DeliveryRounds _rounds;
    private readonly WakeSignal _wake = new();
    private IDisposable? _subscription;
    private long? _claimedAt;

    /// <param name="redis">Where the stream is.</param>
    /// <param name="events">Wakes the dispatcher when the stream grew.</param>
    /// <param name="stream">The stream. Whoever adds to it publishes its name on <see cref="EventStreams.WakeChannel"/>.</param>
    /// <param name="options">How it goes about it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told once per row of failures.</param>
    protected StreamDispatcher(
        RedisStore redis, EventStreams events, RedisKey stream, StreamDispatcherOptions options, TimeProvider time, ILogger logger)
        : base(logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _events = events;
        _options = options;
        Time = time;
        _logger = logger;
        _group = new ConsumerGroup(redis, stream, "dispatchers", options.Operation);
        _rounds = new DeliveryRounds(options, time);
    }

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; }

    /// <inheritdoc />
    public override void Dispose()
    {
        _subscription?.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Delivers one message. Several run at the same time.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="cancellationToken">The service stops.</param>
    /// <returns>Whether it is done with: delivered, or refused for good. False keeps it for another attempt.</returns>
    protected abstract Task<bool> TryDeliverAsync(StreamEntry entry, CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task StepAsync(CancellationToken stoppingToken)
    {
        _subscription ??= _events.OnWake(_group.Stream, _wake.Set);
        try
        {
            await ClaimAsync(stoppingToken).ConfigureAwait(false);
            var kept = await ReadKeptAsync(stoppingToken).ConfigureAwait(false);
            var fresh = await _group.ReadNewAsync(_options.BatchSize, stoppingToken).ConfigureAwait(false);
            _rounds.Came(fresh);
            await DeliverAsync([.. fresh, .. kept], stoppingToken).ConfigureAwait(false);
            if (_rounds.Plan() is > 0 and var count)
            {
                _logger.DeliveriesAwaited(GetType().Name, count);
            }

            if (!_rounds.IsUnderWay && fresh.Length == 0)
            {
                await _wake.WaitAsync(_rounds.WaitAtMost(), Time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // What this consumer was given by an answer that was lost, or has not come to, is among what it keeps.
            _rounds.Keep();
            throw;
        }
    }

    /// <inheritdoc />
    protected sealed override async Task EndAsync()
    {
        try
        {
            await _group.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
            await _group.RemoveConsumersAsync(ConsumerLifetime, includeThis: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            // Others claim what it holds, later.
            return;
        }
        catch (RedisServerException)
        {
            // There is no group: nothing was ever to be done.
            return;
        }
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        if (_claimedAt is not null && Time.GetElapsedTime(_claimedAt.Value) <= _options.ClaimAfter / 3)
        {
            return;
        }

        // What is claimed is this consumer's own from here on.
        var claimed = await _group.ClaimAsync(_options.ClaimAfter, _options.BatchSize, cancellationToken).ConfigureAwait(false);
        _claimedAt = claimed.Length < _options.BatchSize ? Time.GetTimestamp() : null;
        _rounds.Claimed(claimed.Length);
    }

    /// <summary>The next ones of the round, if it is time for one: as few as are delivered at once, because new messages wait for them.</summary>
    private async Task<StreamEntry[]> ReadKeptAsync(CancellationToken cancellationToken) => _rounds.Next() is { } position
        ? _rounds.Take(await _group.ReadOwnAsync(position, _options.Parallelism, cancellationToken).ConfigureAwait(false))
        : [];

    private Task DeliverAsync(StreamEntry[] entries, CancellationToken stoppingToken) => Parallel.ForEachAsync(
        entries,
        new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = stoppingToken },
        async (entry, cancellationToken) =>
        {
            // Deleted by another whose acknowledgement was lost: only the latter is left to do.
            if (entry.IsNull || await TryDeliverAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                await _group.AcknowledgeAsync(entry.Id, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _rounds.Keep();
            }
        });
}
