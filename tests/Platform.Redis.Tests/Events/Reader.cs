using System.Collections.Concurrent;
using Platform.Redis.Events;
using Platform.TestKit;

namespace Platform.Redis.Tests.Events;

/// <summary>Collects what a stream of events yields, in the background.</summary>
internal sealed class Reader
{
    private readonly Task _reading;

    public Reader(IAsyncEnumerable<EventEntry> events) => _reading = Task.Run(async () =>
    {
        await foreach (var entry in events)
        {
            Entries.Enqueue(entry);
        }
    });

    public ConcurrentQueue<EventEntry> Entries { get; } = new();

    public bool Ended => _reading.IsCompleted;

    public IEnumerable<int> Numbers => Entries.Where(entry => entry.Kind == EventKind.Entry).Select(entry => (int)entry.Fields[0].Value);

    public async Task HoldsAsync(int count, TimeSpan? within = null)
    {
        await Eventually.TrueAsync(() => Entries.Count >= count || Ended, within ?? TimeSpan.FromSeconds(5), $"{count} entries are read");
        if (Ended)
        {
            await _reading;
        }

        Assert.Equal(count, Entries.Count);
    }
}
