using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace OpenTelemetry.Instrumentation.Implementation;

/// <summary>
/// Hears some events of the diagnostic sources with one name, for as long as it is not disposed. The sources do not even prepare the
/// events that nobody asked for.
/// </summary>
internal abstract class DiagnosticEventListener : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private static readonly ConcurrentDictionary<(Type Type, string Property), PropertyInfo?> Properties = new();

    private readonly string _sourceName;
    private readonly HashSet<string> _eventNames;
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _subscriptions = [];
    private bool _disposed;

    protected DiagnosticEventListener(string sourceName, params string[] eventNames)
    {
        _sourceName = sourceName;
        _eventNames = [.. eventNames];
        Keep(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public void Dispose()
    {
        IDisposable[] subscriptions;
        lock (_lock)
        {
            _disposed = true;
            subscriptions = [.. _subscriptions];
            _subscriptions.Clear();
        }

        // Outside of the lock: the runtime takes its own to end one, and holds it while it tells of a new source, which is kept under this one.
        Array.ForEach(subscriptions, static subscription => subscription.Dispose());
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == _sourceName)
        {
            Keep(value.Subscribe(this, _eventNames.Contains));
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        try
        {
            OnEvent(value.Key, value.Value);
        }
        catch (Exception exception)
        {
            Debug.WriteLine(exception);
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    protected abstract void OnEvent(string name, object? payload);

    /// <summary>Payloads are anonymous objects: their properties are found by name, once per type.</summary>
    protected static T? Read<T>(object? payload, string property)
        where T : class
        => payload is null
            ? null
            : Properties.GetOrAdd((payload.GetType(), property), static key => key.Type.GetProperty(key.Property))?.GetValue(payload) as T;

    /// <summary>The application's callbacks must not break the request that they look at.</summary>
    protected static void Enrich<T>(Action<Activity, T>? callback, Activity activity, T subject)
    {
        try
        {
            callback?.Invoke(activity, subject);
        }
        catch (Exception exception)
        {
            Debug.WriteLine(exception);
        }
    }

    /// <summary>A filter that fails keeps nothing, as a filter that says no.</summary>
    protected static bool Passes<T>(Func<T, bool> filter, T subject)
    {
        try
        {
            return filter(subject);
        }
        catch (Exception exception)
        {
            Debug.WriteLine(exception);
            return false;
        }
    }

    /// <summary>The activity has started already; without data and the recorded flag it is neither exported nor sampled downstream.</summary>
    protected static void Drop(Activity activity)
    {
        activity.IsAllDataRequested = false;
        activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    private void Keep(IDisposable subscription)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _subscriptions.Add(subscription);
                return;
            }
        }

        subscription.Dispose();
    }
}
