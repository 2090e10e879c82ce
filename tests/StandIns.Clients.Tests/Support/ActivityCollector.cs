using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace StandIns.Clients.Tests.Support;

/// <summary>Keeps the activities that would be exported. Sources are shared by all tests of the process: pick yours by trace or tag.</summary>
internal sealed class ActivityCollector : BaseProcessor<Activity>
{
    private readonly ConcurrentQueue<Activity> _activities = new();

    public IReadOnlyCollection<Activity> All => _activities;

    public override void OnEnd(Activity data)
    {
        if (data.Recorded)
        {
            _activities.Enqueue(data);
        }
    }

    public async Task<Activity> SingleAsync(Func<Activity, bool> which)
    {
        await Eventually.TrueAsync(() => _activities.Any(which), TimeSpan.FromSeconds(10), "the activity ends");
        return Assert.Single(_activities, activity => which(activity));
    }
}
