using StackExchange.Redis;

namespace Platform.Redis.Events;

/// <summary>The reply of <c>ReadEvents.lua</c>. Its position and entries are known by the epoch.</summary>
internal readonly record struct EventPage(EventGap Gap, string Epoch, string Position, EventEntry[] Entries)
{
    public static EventPage Of(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        var epoch = (string)parts[1]!;
        return new EventPage(
            (EventGap)(int)parts[0], epoch, (string)parts[2]!, Array.ConvertAll((RedisResult[])parts[3]!, entry => Entry(epoch, entry)));
    }

    private static EventEntry Entry(string epoch, RedisResult entry)
    {
        var parts = (RedisResult[])entry!;
        var flat = (RedisValue[])parts[1]!;
        var fields = new NameValueEntry[flat.Length / 2];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new NameValueEntry(flat[2 * i], flat[(2 * i) + 1]);
        }

        return new EventEntry(EventPosition.Join(epoch, (string)parts[0]!), fields, EventKind.Entry);
    }
}

internal enum EventGap
{
    None = 0,
    Trimmed = 1,
    StartedAnew = 2,
    Unknown = 3,
}
