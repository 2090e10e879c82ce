using Platform.Tasks.Items;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>A task handed to this process for one attempt.</summary>
/// <param name="Task">As it stood when the attempt began; its fence is this attempt's.</param>
/// <param name="Lane">Where it waited.</param>
/// <param name="EntryId">Its place there.</param>
/// <param name="BegunAt">By the clock of Redis.</param>
/// <param name="OnlyEnds">Whether it is no attempt, because those were used up before, or what the task depends on did not succeed: it can only be ended.</param>
internal sealed record Delivery(TaskItem Task, Lane Lane, RedisValue EntryId, DateTimeOffset BegunAt, bool OnlyEnds)
{
    /// <summary>Whether its first attempt began with the delivery, of which Redis knows nothing more yet.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Whether Redis holds no record of the task yet, but its entry alone. It is written before anything else is written of the attempt.</summary>
    public bool IsUnrecorded { get; set; }
}

/// <summary>Whether an attempt still holds its task.</summary>
internal enum Hold
{
    /// <summary>Another attempt has taken over, or the task ended.</summary>
    Lost = 0,
    Held = 1,

    /// <summary>Held, but the owner wants it cancelled.</summary>
    Cancelling = 2,

    /// <summary>Held, but what was to be written does not follow what is there.</summary>
    OutOfStep = 3,
}
