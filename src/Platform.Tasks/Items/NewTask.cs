
using Platform.Contracts;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Queues;
using Platform.Tasks.Unique;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>A task that is about to be queued.</summary>
/// <param name="Owner">Empty where nobody owns it.</param>
/// <param name="Payload">What the handler is told, JSON as it will stand in Redis.</param>
/// <param name="Attachment">What comes with it in chunks, which are in Redis already; null when there is nothing.</param>
/// <param name="Idempotency">What makes a repeated submit known; null when the caller sent no key.</param>
internal sealed record NewTask(
    string Id, string Type, string Owner, byte[] Payload, Attachment? Attachment, IdempotencyClaim? Idempotency, string? TraceParent)
{
    public const int MostDependencies = 100;

    /// <summary>What was sent, in the clear; null where the payload is that.</summary>
    public byte[]? Sent { get; init; }

    /// <summary>Where it waits.</summary>
    public required Lane Lane { get; init; }

    /// <summary>How long it waits before it may be run.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Of the tasks with the same key only so many run at once, in their order; null where there is no such limit.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>That it is not taken beside another that is the same; null where it is.</summary>
    public TaskUniqueness? Unique { get; init; }

    /// <summary>Tasks and batches that have to end before it is run.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How those have to end.</summary>
    public AfterMode After { get; init; }

    /// <summary>Whether those must be its owner's.</summary>
    public bool DependsOnOwnOnly { get; init; }

    /// <summary>How much its owner may have with it; null where it does not matter.</summary>
    public OwnerBounds? Bounds { get; init; }

    public static bool IsDependency(string id) => PlatformId.IsValid(id, "tsk") || PlatformId.IsValid(id, "bat");
}

/// <param name="Chunks">How many there must be.</param>
/// <param name="Fields">What is kept with the task about them.</param>
internal sealed record Attachment(int Chunks, IReadOnlyList<KeyValuePair<string, RedisValue>> Fields)
{
    /// <summary>Whether it is the payload, not records.</summary>
    public bool IsPayload { get; init; }

    /// <summary>Of the payload, in the clear; 0 of records.</summary>
    public long PayloadBytes { get; init; }
}

/// <summary>What a person may have waiting, with the task that is submitted.</summary>
/// <param name="OpenTasks">Those that have not ended.</param>
/// <param name="AsideBytes">Of payloads that lie aside, whatever has become of their tasks.</param>
internal sealed record OwnerBounds(int OpenTasks, long AsideBytes);

/// <param name="Digest">HMAC of caller, route and key.</param>
/// <param name="Fingerprint">HMAC of all that the request asked for, so that a key is not reused for something else.</param>
internal sealed record IdempotencyClaim(string Digest, string Fingerprint);

internal enum SubmitOutcome
{
    Accepted = 1,

    /// <summary>The same request was accepted before, under the id that comes with this answer.</summary>
    Replayed = 2,

    /// <summary>The idempotency key was used for another request.</summary>
    KeyReused = 3,

    /// <summary>Chunks of the input are missing: Redis lost them, or they expired while the rest was on its way.</summary>
    InputIncomplete = 4,

    /// <summary>Nothing is taken for the owner any more.</summary>
    OwnerErased = 5,

    /// <summary>One that is the same is there, under the id that comes with this answer.</summary>
    Duplicate = 6,

    /// <summary>What is the same has changed since it was looked at.</summary>
    LookAgain = 7,

    /// <summary>There is no such task to depend on.</summary>
    DependencyUnknown = 8,

    /// <summary>Its owner has as many open as may be.</summary>
    TooManyOpen = 9,

    /// <summary>Its owner would have more payload aside than may be.</summary>
    TooMuchAside = 10,
}

internal enum CancelOutcome
{
    NotFound = 0,
    Cancelled = 1,

    /// <summary>The worker is asked to stop.</summary>
    Requested = 2,

    /// <summary>It had ended before.</summary>
    TooLate = 3,
}
