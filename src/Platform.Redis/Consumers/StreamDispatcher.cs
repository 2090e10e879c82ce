using Microsoft.Extensions.Logging;
using Platform.Redis.Events;
using StackExchange.Redis;

namespace Platform.Redis.Consumers;

/// <summary>
/// Works a stream of small messages off, at least once each, together with all other replicas: an outbox. A message is removed once it was
/// delivered. What cannot be delivered now is kept and tried again with back-off, beside new messages; what a replica that died was at is taken
/// over by another after <see cref="StreamDispatcherOptions.ClaimAfter"/>.
/// </summary>
public abstract class StreamDispatcher : BackgroundLoop
{
    private static readonly TimeSpan ConsumerLifetime = TimeSpan.FromHours(1);

    private readonly EventStreams _events;
    private readonly StreamDispatcherOptions _options;
    private readonly ILogger _logger;
    private readonly ConsumerGroup _group;
    private readonly SemaphoreSlim _wake = new(0);
    private IDisposable? _subscription;
    private long? _claimedAt;
    private int _failures;

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
        _subscription ??= _events.OnWake(_group.Stream, Wake);
        if (_claimedAt is null || Time.GetElapsedTime(_claimedAt.Value) > _options.ClaimAfter / 3)
        {
            // What is claimed is this consumer's own from here on.
            await _group.ClaimAsync(_options.ClaimAfter, _options.BatchSize, stoppingToken).ConfigureAwait(false);
            _claimedAt = Time.GetTimestamp();
        }

        // Those that failed before, and new ones beside them: one that cannot be delivered does not hold up the others.
        var own = await _group.ReadOwnAsync(_options.BatchSize, stoppingToken).ConfigureAwait(false);
        var fresh = own.Length < _options.BatchSize ? await _group.ReadNewAsync(_options.BatchSize, stoppingToken).ConfigureAwait(false) : [];
        var failed = 0;
        await Parallel.ForEachAsync(
            [.. own, .. fresh],
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
                    Interlocked.Increment(ref failed);
                }
            }).ConfigureAwait(false);

        if (failed > 0)
        {
            if (_failures++ == 0)
            {
                _logger.DeliveriesAwaited(GetType().Name, failed);
            }

            var pause = Backoff.Delay(_failures, _options.BaseDelay, _options.MaxDelay, Random.Shared.NextDouble());
            await Task.Delay(pause, Time, stoppingToken).ConfigureAwait(false);
        }
        else
        {
            _failures = 0;
            if (own.Length + fresh.Length == 0)
            {
                await _wake.WaitAsync(_options.PollInterval, stoppingToken).ConfigureAwait(false);
            }
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

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }
}
