using System.Diagnostics.Metrics;

namespace Platform.WorkerApp;

/// <summary>Counts the writes of attempts that were refused, by the engine's own instrument.</summary>
public sealed class StaleWrites : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public StaleWrites()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "platform.tasks.stale_writes")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref _count, measurement));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
