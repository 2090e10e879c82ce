using StackExchange.Redis;

namespace Platform.Tasks.Queues;

/// <summary>A task's place in a lane, handed to this process.</summary>
/// <param name="Type">With <paramref name="Payload"/>: all that a first attempt needs. Null where the task has to be asked.</param>
/// <param name="IsClaim">Whether it was taken over from a worker that gave no sign.</param>
internal readonly record struct QueueEntry(Lane Lane, RedisValue Id, string TaskId, string? Type, RedisValue Payload, string? TraceParent, bool IsClaim)
{
    /// <summary>Whether there is no more of the task than this, as far as is known here: Redis holds no record of it unless an attempt lasted or failed.</summary>
    public bool IsUnrecorded { get; init; }

    /// <summary>Whether it can be run without asking Redis for its task.</summary>
    public bool IsSelfContained => Type is not null && !IsClaim;

    /// <summary>When it came into the lane, by the clock of Redis.</summary>
    public DateTimeOffset AddedAt
    {
        get
        {
            var text = (string)Id!;
            return DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(0, text.IndexOf('-', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
