using Platform.Redis.Events;
using Platform.Redis.Keys;
using static Platform.RedisApp.Documentation.Shop;

namespace Platform.RedisApp.Documentation;

internal static class Events
{
    public static async Task FollowAsync(EventStreams events, Keyspace keys, string lastEventId, CancellationToken cancellationToken)
    {
        // <docs:events 1>
        var stream = keys.Key(ShopKeys.Orders, "all");
        var id = await events.AppendAsync(stream, [new("item", "tea")], new EventStreamOptions(1_000, TimeSpan.FromDays(1)), cancellationToken);

        await foreach (var entry in events.ReadAsync(stream, lastEventId, cancellationToken))
        {
            switch (entry.Kind)
            {
                case EventKind.Entry: Show(entry.Fields); break;
                case EventKind.Gap or EventKind.Epoch: await ReadStateAfreshAsync(); break;
            }

            lastEventId = entry.Id;
        }
        // </docs>
    }
}
