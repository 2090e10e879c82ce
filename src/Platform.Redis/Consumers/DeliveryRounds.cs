using Platform.Redis.Events;
using StackExchange.Redis;

namespace Platform.Redis.Consumers;

/// <summary>
/// When a <see cref="StreamDispatcher"/> tries again what it could not deliver: in rounds, each over all that is kept, with pauses between
/// them that grow as long as rounds leave something.
/// </summary>
/// <param name="options">How long the pauses are, and how much of a round is read at once.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryRounds(StreamDispatcherOptions options, TimeProvider time)
{
    /// <summary>How far the round has come; null between rounds.</summary>
    private RedisValue? _position;

    /// <summary>The first message that came during the round: from there on it is for the next.</summary>
    private EventPosition? _end;

    /// <summary>More than none: another round is needed.</summary>
    private int _kept;

    /// <summary>Rounds in a row that left something.</summary>
    private int _failures;

    private long? _pausedAt;
    private TimeSpan _pause;

    public bool IsUnderWay => _position is not null;

    /// <summary>Something could not be delivered, or nobody knows. May be called by several at once.</summary>
    public void Keep() => Interlocked.Increment(ref _kept);

    /// <summary>What others left is tried in the next round: at once, unless this one has failures of its own to wait for.</summary>
    public void Claimed(int count)
    {
        _kept += count;
        if (count > 0 && _failures == 0 && !IsUnderWay)
        {
            _pausedAt ??= time.GetTimestamp();
            _pause = TimeSpan.Zero;
        }
    }

    /// <summary>From where to read what is kept; null while no round is under way and it is not time for one.</summary>
    public RedisValue? Next()
    {
        if (IsUnderWay)
        {
            return _position;
        }

        if (_pausedAt is null || time.GetElapsedTime(_pausedAt.Value) < _pause)
        {
            return null;
        }

        (_position, _end, _pausedAt, _kept) = (StreamPosition.Beginning, null, null, 0);
        return _position;
    }

    /// <summary>Of what was read from there: what is for this round.</summary>
    public StreamEntry[] Take(StreamEntry[] own)
    {
        var kept = Array.FindAll(own, entry => _end is not { } end || !EventPosition.Parse(entry.Id!).Covers(end));
        _position = kept.Length < options.Parallelism ? default(RedisValue?) : kept[^1].Id;
        return kept;
    }

    /// <summary>New messages were read.</summary>
    public void Came(StreamEntry[] fresh)
    {
        if (IsUnderWay && fresh.Length > 0)
        {
            _end ??= EventPosition.Parse(fresh[0].Id!);
        }
    }

    /// <summary>Plans the next round, where one is needed and none is planned.</summary>
    /// <returns>How many messages are kept, when these are the first of a row; else 0.</returns>
    public int Plan()
    {
        if (IsUnderWay || _pausedAt is not null)
        {
            return 0;
        }

        if (_kept == 0)
        {
            _failures = 0;
            return 0;
        }

        _failures++;
        _pausedAt = time.GetTimestamp();
        _pause = Backoff.Delay(_failures, options.BaseDelay, options.MaxDelay, Random.Shared.NextDouble());
        return _failures == 1 ? _kept : 0;
    }

    /// <summary>How long there is nothing to do unless a message comes.</summary>
    public TimeSpan WaitAtMost()
    {
        var left = _pausedAt is null ? options.PollInterval : _pause - time.GetElapsedTime(_pausedAt.Value);
        return TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, options.PollInterval.Ticks));
    }
}
