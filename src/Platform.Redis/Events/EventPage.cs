using StackExchange.Redis;

namespace Platform.Redis.Events;

/// <summary>The reply of <c>ReadEvents.lua</c>.</summary>
internal readonly record struct EventPage(EventGap Gap, string Position, EventEntry[] Entries)
{
    public static EventPage Of(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        return new EventPage((EventGap)(int)parts[0], (string)parts[1]!, Array.ConvertAll((RedisResult[])parts[2]!, Entry));
    }

    private static EventEntry Entry(RedisResult entry)
    {
        var parts = (RedisResult[])entry!;
        var flat = (RedisValue[])parts[1]!;
        var fields = new NameValueEntry[flat.Length / 2];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new NameValueEntry(flat[2 * i], flat[(2 * i) + 1]);
        }

        return new EventEntry((string)parts[0]!, fields, EventKind.Entry);
    }
}

internal enum EventGap
{
    None = 0,
    Trimmed = 1,
    StartedAnew = 2,
}
