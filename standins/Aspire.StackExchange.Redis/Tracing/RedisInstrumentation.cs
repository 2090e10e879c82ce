using System.Collections.Concurrent;
using System.Diagnostics;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace Aspire.StackExchange.Redis.Tracing;

/// <summary>
/// Makes spans of the commands that the client profiles: one profiling session per activity, emptied in the background. What waits
/// is bounded; what exceeds the bound is not recorded, and no command ever waits for it.
/// </summary>
internal sealed class RedisInstrumentation : IDisposable
{
    internal const string ActivitySourceName = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    internal static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(10);
    internal const int MaximumPending = 20_000;
    private const int FlushThreshold = 2_000;

    private static readonly ActivitySource Source = new(ActivitySourceName);

    private readonly ConcurrentDictionary<Activity, Session> _sessions = new(ReferenceEqualityComparer.Instance);
    private readonly Session _rootSession = new(default);
    private readonly RedisSpanAttributes _attributes;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(initialCount: 0);
    private readonly Lock _draining = new();
    private int _pending;
    private int _woken;

    public RedisInstrumentation(RedisSpanAttributes attributes, TimeProvider timeProvider)
    {
        _attributes = attributes;
        _timeProvider = timeProvider;
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _ = Task.Run(FlushLoopAsync);
    }

    internal int SessionCount => _sessions.Count;

    public void AddConnection(IConnectionMultiplexer connection) => connection.RegisterProfiler(FindSession);

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        Flush();
    }

    /// <summary>Makes spans of all commands that have completed.</summary>
    internal void Flush()
    {
        lock (_draining)
        {
            Interlocked.Exchange(ref _pending, 0);
            Volatile.Write(ref _woken, 0);
            Drain(_rootSession);
            foreach (var (activity, session) in _sessions)
            {
                // Asked before draining: a command that the activity still awaits completes before the activity stops. One that it
                // does not await may complete later, so an activity's session is kept until it was found empty.
                var stopped = activity.IsStopped;
                if (Drain(session) == 0 && stopped)
                {
                    _sessions.TryRemove(activity, out _);
                }
            }
        }
    }

    /// <summary>Called for every command, by the one who sends it.</summary>
    private ProfilingSession? FindSession()
    {
        if (!Source.HasListeners() || _stopping.IsCancellationRequested)
        {
            return null;
        }

        var activity = Activity.Current;
        if (activity is { Recorded: false })
        {
            return null;
        }

        var pending = Interlocked.Increment(ref _pending);
        if (pending >= FlushThreshold && Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _wake.Release();
        }

        if (pending > MaximumPending)
        {
            return null;
        }

        return activity is null
            ? _rootSession.Profiling
            : _sessions.GetOrAdd(activity, static activity => new Session(activity.Context)).Profiling;
    }

    private async Task FlushLoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            using var interval = new CancellationTokenSource(FlushInterval, _timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, _stopping.Token);
            try
            {
                await _wake.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The interval is over, or the provider stops: either way, what is there is due.
            }

            Flush();
        }
    }

    private int Drain(Session session)
    {
        var count = 0;
        foreach (var command in session.Profiling.FinishProfiling())
        {
            count++;
            Record(session.Parent, command);
        }

        return count;
    }

    private void Record(ActivityContext parent, IProfiledCommand command)
    {
        using var activity = Source.StartActivity(
            command.Command ?? "redis", ActivityKind.Client, parent, startTime: command.CommandCreated);
        if (activity is null)
        {
            return;
        }

        if (activity.IsAllDataRequested)
        {
            _attributes.Apply(activity, command);
        }

        activity.SetEndTime(command.CommandCreated + command.ElapsedTime);
    }

    private sealed record Session(ActivityContext Parent)
    {
        public ProfilingSession Profiling { get; } = new();
    }
}
