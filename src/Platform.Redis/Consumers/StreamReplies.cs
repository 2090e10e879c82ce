using StackExchange.Redis;

namespace Platform.Redis.Consumers;

/// <summary>Reads what scripts and plain commands answer about streams.</summary>
public static class StreamReplies
{
    /// <summary>An entry as Redis answers it: its id and the flat list of its fields.</summary>
    /// <param name="reply">As in <c>["1-0", ["name", "value"]]</c>.</param>
    public static StreamEntry Entry(RedisResult reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return new StreamEntry((RedisValue)reply[0], Fields(reply[1]));
    }

    /// <summary>A flat list of names and values.</summary>
    public static NameValueEntry[] Fields(RedisResult flat)
    {
        ArgumentNullException.ThrowIfNull(flat);
        var fields = new NameValueEntry[flat.Length / 2];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new NameValueEntry((RedisValue)flat[2 * i], (RedisValue)flat[(2 * i) + 1]);
        }

        return fields;
    }
}
