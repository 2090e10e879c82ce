using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Platform.Redis.Tests.Support;

internal sealed record LogLine(string Category, LogLevel Level, int Id, string Text);

internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            collector._lines.Enqueue(new LogLine(category, logLevel, eventId.Id, $"{formatter(state, exception)} {exception}"));
    }
}
