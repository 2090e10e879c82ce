using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PrivacyService.Tests.Secrecy;

/// <summary>All spans and measurements of the process, from whatever source.</summary>
internal sealed class CollectedTelemetry : IDisposable
{
    private readonly ConcurrentQueue<System.Diagnostics.Activity> _activities = new();
    private readonly ConcurrentDictionary<string, byte> _measured = new();
    private readonly ActivityListener _listener;
    private readonly MeterListener _meters = new();

    public CollectedTelemetry()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<long>(Measure);
        _meters.SetMeasurementEventCallback<int>(Measure);
        _meters.SetMeasurementEventCallback<double>(Measure);
        _meters.Start();
    }

    /// <summary>What is in all spans, a line each.</summary>
    public string Spans => string.Join('\n', _activities.Select(Text));

    /// <summary>Names and tags of what was measured.</summary>
    public string Measurements => string.Join('\n', _measured.Keys);

    public void Dispose()
    {
        _listener.Dispose();
        _meters.Dispose();
    }

    private static string Text(System.Diagnostics.Activity activity) => string.Join(' ', [
        activity.Source.Name, activity.OperationName, activity.DisplayName, activity.StatusDescription ?? "", activity.TraceStateString ?? "", .. activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"),
        .. activity.Baggage.Select(item => $"{item.Key}={item.Value}"),
        .. activity.Events.SelectMany(one => (string[])[one.Name, .. one.Tags.Select(tag => $"{tag.Key}={tag.Value}")]),
        .. activity.Links.SelectMany(link => link.Tags ?? []).Select(tag => $"{tag.Key}={tag.Value}")]);

    private void Measure<T>(Instrument instrument, T measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        _measured.TryAdd(instrument.Name + " " + string.Join(' ', tags.ToArray()), 0);
}
