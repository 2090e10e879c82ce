using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Platform.Redis.Connection;
using Platform.Redis.Keys;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Events;

/// <summary>
/// One subscription for the whole process, however many listen: the channel's messages are the keys of the streams that grew.
/// A message may be lost; whoever needs certainty also looks from time to time.
/// </summary>
internal sealed class EventWakeups : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Action[]> _listeners = new(StringComparer.Ordinal);
    private readonly RedisConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RedisChannel _channel;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _subscribing;

    public EventWakeups(RedisConnection connection, Keyspace keyspace, TimeProvider time, ILogger<EventWakeups> logger)
    {
        _connection = connection;
        _time = time;
        _logger = logger;
        _channel = keyspace.Channel("wake");
        _connection.Restored += WakeAll;
    }

    public string Channel => _channel.ToString();

    public IDisposable Listen(string stream, Action callback)
    {
        lock (_gate)
        {
            _listeners[stream] = _listeners.TryGetValue(stream, out var callbacks) ? [.. callbacks, callback] : [callback];
        }

        _ = SubscribedAsync();
        return new Listener(this, stream, callback);
    }

    /// <summary>Completes with the first successful subscription; the client renews it after an outage.</summary>
    public Task SubscribedAsync()
    {
        lock (_gate)
        {
            return _subscribing ??= Task.Run(() => SubscribeAsync(_stopping.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Restored -= WakeAll;
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task? subscribing;
        lock (_gate)
        {
            subscribing = _subscribing;
        }

        if (subscribing is not null)
        {
            await subscribing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stopping.Dispose();
    }

    private async Task SubscribeAsync(CancellationToken stopping)
    {
        Action<RedisChannel, RedisValue> handler = (_, stream) => Wake((string?)stream);
        while (true)
        {
            ISubscriber? subscriber = null;
            try
            {
                var connection = await _connection.OpenAsync().WaitAsync(stopping).ConfigureAwait(false);
                subscriber = connection.GetSubscriber();
                await subscriber.SubscribeAsync(_channel, handler).WaitAsync(stopping).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (RedisFailure.Of(exception) is not null)
            {
                // The client keeps the handler of a subscription that failed; adding it again would wake everybody twice.
                if (subscriber is not null)
                {
                    await subscriber.UnsubscribeAsync(_channel, handler, CommandFlags.FireAndForget).ConfigureAwait(false);
                }
            }

            await Task.Delay(RetryInterval, _time, stopping).ConfigureAwait(false);
        }
    }

    private void Wake(string? stream)
    {
        if (stream is not null && _listeners.TryGetValue(stream, out var callbacks))
        {
            Call(callbacks);
        }
    }

    // What was published while the connection was away is gone, so everybody looks.
    private void WakeAll()
    {
        foreach (var (_, callbacks) in _listeners)
        {
            Call(callbacks);
        }
    }

    private void Call(Action[] callbacks)
    {
        foreach (var callback in callbacks)
        {
            try
            {
                callback();
            }
            catch (Exception exception)
            {
                _logger.WakeUpFailed(exception);
            }
        }
    }

    private void Remove(string stream, Action callback)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(stream, out var callbacks))
            {
                return;
            }

            var index = Array.IndexOf(callbacks, callback);
            if (index >= 0 && callbacks.Length == 1)
            {
                _listeners.TryRemove(stream, out _);
            }
            else if (index >= 0)
            {
                _listeners[stream] = [.. callbacks[..index], .. callbacks[(index + 1)..]];
            }
        }
    }

    private sealed class Listener(EventWakeups wakeups, string stream, Action callback) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                wakeups.Remove(stream, callback);
            }
        }
    }
}
