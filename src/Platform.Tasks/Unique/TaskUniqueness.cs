using Platform.Tasks.Payloads;

namespace Platform.Tasks.Unique;

/// <summary>That a task is not enqueued beside another that is the same: of the same type and owner, with the same key.</summary>
public sealed record TaskUniqueness
{
    /// <summary>While which state of the other.</summary>
    /// <value>Both.</value>
    public UniqueWhile While { get; init; } = UniqueWhile.Both;

    /// <summary>What makes them the same. Its digest stands in Redis: name things by their ids, not by what is known of people.</summary>
    /// <value>The payload.</value>
    public string? Key { get; init; }

    /// <summary>
    /// Whether one that comes while another runs is run once after it, whatever that one comes to: what has changed in the meantime is seen. However
    /// many come, it is one.
    /// </summary>
    public bool RunAgain { get; init; }

    /// <param name="payload">As it was sent, in the clear: what is sealed is never the same twice.</param>
    internal string Digest(TaskDigests digests, string type, string owner, ReadOnlySpan<byte> payload) => Key is null
        ? digests.Of($"unique payload {type}", owner, payload)
        : digests.Of($"unique key {type}", owner, Key);
}

/// <summary>While which state of a task no other that is the same is taken.</summary>
public enum UniqueWhile
{
    /// <summary>While it waits, for a worker or for its time. One that runs is not in the way.</summary>
    Queued,

    /// <summary>While it runs. Any number may wait.</summary>
    Running,

    /// <summary>Until it has ended.</summary>
    Both,
}

internal static class UniqueWhiles
{
    /// <summary>The word that stands in Redis and in JSON.</summary>
    public static string ToWord(this UniqueWhile state) => state switch
    {
        UniqueWhile.Queued => "queued",
        UniqueWhile.Running => "running",
        _ => "both",
    };
}
