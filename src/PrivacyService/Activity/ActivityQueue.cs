using System.Diagnostics.Metrics;
using System.Threading.Channels;
using PrivacyService.Pseudonyms;

namespace PrivacyService.Activity;

/// <summary>Calls that are to be recorded. Bounded: where they come faster than Redis takes them, the newest are dropped, and counted.</summary>
internal sealed class ActivityQueue
{
    private const int Most = 10_000;

    private readonly Channel<ActivityRecord> _records = Channel.CreateBounded<ActivityRecord>(
        new BoundedChannelOptions(Most) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Counter<long> _dropped;

    public ActivityQueue(IMeterFactory meters) => _dropped = meters.Create(PrivacyMetrics.MeterName)
        .CreateCounter<long>("platform.privacy.activity.dropped", "{call}", "Calls that are in no event and no statistics.");

    public ChannelReader<ActivityRecord> Reader => _records.Reader;

    public void Add(ActivityRecord record)
    {
        if (!_records.Writer.TryWrite(record))
        {
            Dropped(1);
        }
    }

    public void Dropped(int calls) => _dropped.Add(calls);
}
