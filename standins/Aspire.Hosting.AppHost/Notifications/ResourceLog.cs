using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The last lines of one resource's console, and those who read along.</summary>
internal sealed class ResourceLog
{
    public const int SubscriberCapacity = 1024;
    private const int BacklogCapacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _backlog = new();
    private readonly List<Channel<LogLine>> _subscribers = [];
    private int _lastLine;
    private bool _completed;

    public void Add(string content, bool isErrorMessage)
    {
        lock (_lock)
        {
            var line = new LogLine(++_lastLine, content, isErrorMessage);
            if (_backlog.Count == BacklogCapacity)
            {
                _backlog.Dequeue();
            }

            _backlog.Enqueue(line);
            foreach (var subscriber in _subscribers)
            {
                subscriber.Writer.TryWrite(line);
            }

            // A resource that is started again goes on in the same log.
            _completed = false;
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (var subscriber in _subscribers)
            {
                subscriber.Writer.TryComplete();
            }

            _subscribers.Clear();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _backlog.Clear();
        }
    }

    public IReadOnlyList<LogLine> Snapshot()
    {
        lock (_lock)
        {
            return [.. _backlog];
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A reader that falls behind loses the oldest lines; the line numbers show the gap.
        var channel = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(SubscriberCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        IReadOnlyList<LogLine> backlog;
        lock (_lock)
        {
            backlog = [.. _backlog];
            if (_completed)
            {
                channel.Writer.Complete();
            }
            else
            {
                _subscribers.Add(channel);
            }
        }

        try
        {
            if (backlog.Count > 0)
            {
                yield return backlog;
            }

            while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var lines = new List<LogLine>();
                while (lines.Count < SubscriberCapacity && channel.Reader.TryRead(out var line))
                {
                    lines.Add(line);
                }

                yield return lines;
            }
        }
        finally
        {
            lock (_lock)
            {
                _subscribers.Remove(channel);
            }
        }
    }
}

/// <summary>Writes log messages into the consoles of a resource's copies.</summary>
internal sealed class ResourceLogger(IReadOnlyList<ResourceLog> logs) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        var message = formatter(state, exception);
        var content = exception is null ? $"{time} {message}" : $"{time} {message}{Environment.NewLine}{exception}";
        foreach (var log in logs)
        {
            log.Add(content, isErrorMessage: logLevel >= LogLevel.Error);
        }
    }
}
