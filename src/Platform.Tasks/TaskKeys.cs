using Platform.Redis.Keys;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.Schedules;
using Platform.Tasks.Statistics;
using StackExchange.Redis;

namespace Platform.Tasks;

/// <summary>
/// Every Redis key of the engine. All share one hash tag: each change of a task's state is one script over the task, its lane and what
/// belongs to it. So the tasks live in one slot of a cluster.
/// </summary>
internal sealed class TaskKeys(Keyspace keyspace)
{
    /// <summary>A task that has not ended is kept at least this long after it was to be run or was last begun. It may be delayed as long.</summary>
    public static readonly TimeSpan OpenLifetime = TimeSpan.FromDays(30);

    /// <summary>
    /// A person's list names every task that may still be kept, so that all of them can be erased: it outlives them, also those that were begun
    /// again long after they were submitted.
    /// </summary>
    public static readonly TimeSpan OwnedLifetime = OpenLifetime * 2;

    /// <summary>Records and results, which may hold personal data, are kept no longer than this.</summary>
    public static readonly TimeSpan LongestDataLifetime = TimeSpan.FromDays(7);

    /// <summary>For this long a repeated submit with the same idempotency key is known to be one.</summary>
    public static readonly TimeSpan IdempotencyLifetime = TimeSpan.FromHours(24);

    /// <summary>Chunks of an upload that does not go on vanish after this long.</summary>
    public static readonly TimeSpan UploadLifetime = TimeSpan.FromMinutes(10);

    /// <summary>When consumers were swept last is remembered for this long.</summary>
    public static readonly TimeSpan SweepLifetime = TimeSpan.FromHours(1);

    /// <summary>Everything lies in one slot: each change of a task's state is one script over the task, its lane and what belongs to it.</summary>
    public const string Queue = "default";

    private static readonly KeyFamily QueueFamily = new(
        "queue", 1, KeyType.Stream, KeyTtl.None("Tasks wait as long as it takes; an entry is deleted when its task ends."),
        "one entry for each open task", "Platform.Tasks.Queues", PersonalData: true,
        "Tasks to be run, in order, with the consumer group of the workers: a stream for each queue and priority");

    private static readonly KeyFamily PausedFamily = new(
        "paused", 1, KeyType.Hash, KeyTtl.None("A pause lasts until its time is over or somebody ends it."), "one field for each paused queue",
        "Platform.Tasks.Queues", PersonalData: false, "Queues that are paused, and until when");

    private static readonly KeyFamily DelayedFamily = new(
        "delayed", 1, KeyType.SortedSet, KeyTtl.None("Tasks wait as long as it takes; a member is removed when its task is due."),
        "one member for each delayed task", "Platform.Tasks.Processing", PersonalData: false,
        "Tasks to be queued later, by when they are due: a set for each queue");

    private static readonly KeyFamily WaitingFamily = new(
        "waiting", 1, KeyType.SortedSet, KeyTtl.None("Tasks wait as long as it takes; a member is removed when its task waits no more, or is no longer kept."),
        "one member for each task that waits for others", "Platform.Tasks.Dependencies", PersonalData: false,
        "Tasks that wait for others to end, by when they are no longer kept: a set for each queue");

    private static readonly KeyFamily DeadFamily = new(
        "dead", 1, KeyType.SortedSet, KeyTtl.Within(OpenLifetime), "members older than the history are removed", "Platform.Tasks.Processing",
        PersonalData: false, "Tasks that were given up, by when");

    private static readonly KeyFamily IndexFamily = new(
        "index", 1, KeyType.SortedSet, KeyTtl.None("Ids of tasks that are no longer kept are removed, some every minute."), "one member for each task that is kept",
        "Platform.Tasks.Items", PersonalData: false, "Ids of all tasks, oldest first, for lists over everybody");

    private static readonly KeyFamily OutboxFamily = new(
        "outbox", 1, KeyType.Stream, KeyTtl.None("What has to be sent waits as long as it takes; an entry is deleted when it was sent."),
        "one entry for each unsent notification", "TaskService.Outbox", PersonalData: false, "Ended tasks whose owners are to be told");

    private static readonly KeyFamily ItemFamily = new(
        "item", 1, KeyType.Hash, KeyTtl.Within(OpenLifetime * 2), "one for each task, about 35 fields, the last 20 attempts in one of them", "Platform.Tasks.Items", PersonalData: false,
        "A task: owner, type, status, attempt, progress, outcome");

    private static readonly KeyFamily OwnedFamily = new(
        "owned", 1, KeyType.SortedSet, KeyTtl.Within(OwnedLifetime), "those submitted in the last 60 days", "Platform.Tasks.Items", PersonalData: false,
        "Ids of a person's tasks, oldest first");

    private static readonly KeyFamily OpenFamily = new(
        "open", 1, KeyType.SortedSet, KeyTtl.Within(OwnedLifetime), "one member for each open task of a person", "Platform.Tasks.Items", PersonalData: false,
        "Ids of a person's tasks that have not ended, by when they are no longer kept");

    private static readonly KeyFamily AsideFamily = new(
        "aside", 1, KeyType.SortedSet, KeyTtl.Within(OwnedLifetime), "as many as Tasks:AsidePerUser has room for; those that are gone leave with the next", "Platform.Tasks.Items",
        PersonalData: false, "Ids of a person's tasks with a payload aside, by its bytes");

    private static readonly KeyFamily AboutFamily = new(
        "about", 1, KeyType.SortedSet, KeyTtl.Within(OwnedLifetime), "ExportUserData:MostPerDay for each of the last 60 days", "Platform.Tasks.Items",
        PersonalData: false, "Ids of tasks that are about a person, whoever owns them, by when they were noted");

    private static readonly KeyFamily EventsFamily = new(
        "events", 1, KeyType.Stream, KeyTtl.Within(LongestDataLifetime), "about 1,000 events", "Platform.Tasks.Items", PersonalData: false,
        "What happened to a task, for live streams");

    private static readonly KeyFamily IdempotencyFamily = new(
        "submit-claim", 1, KeyType.String, KeyTtl.Within(IdempotencyLifetime), "one for each idempotency key", "Platform.Tasks.Items",
        PersonalData: false, "Fingerprint and task of a submit; the key is an HMAC of caller, route and idempotency key");

    private static readonly KeyFamily InputFamily = new(
        "input", 1, KeyType.List, KeyTtl.Within(LongestDataLifetime), "64 MiB in chunks of 64 KiB, packed", "TaskService.Inputs", PersonalData: true,
        "The records of a task, packed and sealed; a chunk is freed when its result is there, all when the task succeeded");

    private static readonly KeyFamily PayloadFamily = new(
        "payload", 1, KeyType.List, KeyTtl.Within(OpenLifetime * 2), "Tasks:PayloadLimit, 16 MiB, in chunks of 64 KiB", "Platform.Tasks.Payloads", PersonalData: true,
        "A payload of more than 256 KiB, sealed; all are freed when the task succeeded");

    private static readonly KeyFamily ResultFamily = new(
        "result", 1, KeyType.List, KeyTtl.Within(LongestDataLifetime), "as the input", "TaskService.Results", PersonalData: true,
        "The result of a task in chunks, packed and sealed");

    private static readonly KeyFamily ResultIndexFamily = new(
        "result-index", 1, KeyType.List, KeyTtl.Within(LongestDataLifetime), "as the result, a number each", "TaskService.Results",
        PersonalData: false, "Unpacked lengths of the result's chunks");

    private static readonly KeyFamily DigestsFamily = new(
        "digests", 1, KeyType.Hash, KeyTtl.Within(LongestDataLifetime), "100 digests of 20 lines each", "TaskService.SendNotification", PersonalData: true,
        "Notifications that are gathered for a person and not yet sent, sealed");

    private static readonly KeyFamily ErasedFamily = new(
        "erased", 1, KeyType.String, KeyTtl.Within(PersonalDataExtensions.MarkerLifetime), "one for each person erased lately, empty", "Platform.Tasks.Items",
        PersonalData: false, "There while no task is taken for a person who was erased; the key is a digest");

    private static readonly KeyFamily SweepFamily = new(
        "sweep", 1, KeyType.Hash, KeyTtl.Within(SweepLifetime), "one", "Platform.Tasks.Processing", PersonalData: false,
        "When consumers that are gone were last forgotten, and the fencing number of who did");

    private static readonly KeyFamily GateFamily = new(
        "gate", 1, KeyType.Set, KeyTtl.Within(OpenLifetime), "one for each concurrency key and person with open tasks; as many members as it lets through",
        "Platform.Tasks.Gates", PersonalData: false, "Ids of the tasks of a key or a person that are in a lane or run; the key is a digest");

    private static readonly KeyFamily ParkedFamily = new(
        "parked", 1, KeyType.List, KeyTtl.Within(OpenLifetime), "one for each gate that is full", "Platform.Tasks.Gates", PersonalData: false,
        "Tasks that wait for room in their gate, in order; the key is a digest");

    private static readonly KeyFamily GatesWaitingFamily = new(
        "gates-waiting", 1, KeyType.SortedSet, KeyTtl.None("A member is removed when nobody waits at its gate any more."),
        "one member for each gate that is full", "Platform.Tasks.Gates", PersonalData: false, "Digests of gates at which tasks wait, by when they were looked at");

    private static readonly KeyFamily UniqueFamily = new(
        "unique", 1, KeyType.Set, KeyTtl.Within(OpenLifetime * 2), "one for each kind of unique task that is open or was given up", "Platform.Tasks.Unique",
        PersonalData: false, "Ids of tasks that are one and the same; the key is a digest");

    private static readonly KeyFamily DependantsFamily = new(
        "dependants", 1, KeyType.Set, KeyTtl.Within(OpenLifetime * 2), "one for each open task or batch on which others depend", "Platform.Tasks.Dependencies",
        PersonalData: false, "Ids of tasks that wait for one to end");

    private static readonly KeyFamily ReleasesFamily = new(
        "releases", 1, KeyType.SortedSet, KeyTtl.None("A member is removed when all who waited for it were told."),
        "one member for each task that ended and on which others depend, for a moment", "Platform.Tasks.Dependencies", PersonalData: false,
        "Tasks and batches whose dependants are to be released, by when they ended");

    private static readonly KeyFamily BatchFamily = new(
        "batch", 1, KeyType.Hash, KeyTtl.Within(OpenLifetime), "one for each batch, about 10 fields", "Platform.Tasks.Batches", PersonalData: false,
        "How many tasks of a batch there are, have succeeded and have not");

    public static readonly KeyRegistry Registry = new(
        "TaskService", "task:", QueueFamily, PausedFamily, DelayedFamily, WaitingFamily, DeadFamily, IndexFamily, OutboxFamily, ItemFamily, OwnedFamily, OpenFamily, AsideFamily, AboutFamily, EventsFamily,
        IdempotencyFamily, InputFamily, PayloadFamily, ResultFamily, ResultIndexFamily, DigestsFamily, ErasedFamily, SweepFamily,
        GateFamily, ParkedFamily, GatesWaitingFamily, UniqueFamily, DependantsFamily, ReleasesFamily, BatchFamily,
        StatisticsKeys.MinuteFamily, StatisticsKeys.TotalsFamily,
        ScheduleKeys.ScheduleFamily, ScheduleKeys.NamesFamily, ScheduleKeys.DueFamily);

    public RedisKey Paused { get; } = keyspace.Key(PausedFamily, Queue);

    public RedisKey Dead { get; } = keyspace.Key(DeadFamily, Queue);

    public RedisKey Index { get; } = keyspace.Key(IndexFamily, Queue);

    public RedisKey Outbox { get; } = keyspace.Key(OutboxFamily, Queue);

    public RedisKey Sweep { get; } = keyspace.Key(SweepFamily, Queue);

    public RedisKey GatesWaiting { get; } = keyspace.Key(GatesWaitingFamily, Queue);

    /// <param name="digest">Of a concurrency key or a person.</param>
    public RedisKey Gate(string digest) => keyspace.Key(GateFamily, Queue, digest);

    /// <param name="digest">Of a concurrency key or a person.</param>
    public RedisKey Parked(string digest) => keyspace.Key(ParkedFamily, Queue, digest);

    public RedisKey Releases { get; } = keyspace.Key(ReleasesFamily, Queue);

    /// <param name="digest">Of what makes tasks the same.</param>
    public RedisKey Unique(string digest) => keyspace.Key(UniqueFamily, Queue, digest);

    /// <param name="id">Of a task or a batch.</param>
    public RedisKey Dependants(string id) => keyspace.Key(DependantsFamily, Queue, id);

    public RedisKey Batch(string batchId) => keyspace.Key(BatchFamily, Queue, batchId);

    /// <param name="id">Of a task or a batch.</param>
    public RedisKey TaskOrBatch(string id) => id.StartsWith("bat_", StringComparison.Ordinal) ? Batch(id) : Item(id);

    /// <param name="name">Of the lane: queue and priority.</param>
    public RedisKey Lane(string name) => keyspace.Key(QueueFamily, Queue, name);

    /// <param name="queue">The name of a queue.</param>
    public RedisKey Delayed(string queue) => keyspace.Key(DelayedFamily, Queue, queue);

    /// <param name="queue">The name of a queue.</param>
    public RedisKey Waiting(string queue) => keyspace.Key(WaitingFamily, Queue, queue);

    public RedisKey Item(string taskId) => keyspace.Key(ItemFamily, Queue, taskId);

    public RedisKey Owned(string userId) => keyspace.Key(OwnedFamily, Queue, userId);

    public RedisKey Open(string userId) => keyspace.Key(OpenFamily, Queue, userId);

    public RedisKey Aside(string userId) => keyspace.Key(AsideFamily, Queue, userId);

    public RedisKey About(string userId) => keyspace.Key(AboutFamily, Queue, userId);

    /// <summary>Lists that name tasks and outlive them, as patterns.</summary>
    public RedisValue AllOwned { get; } = keyspace.Pattern(OwnedFamily, Queue);

    public RedisValue AllAbout { get; } = keyspace.Pattern(AboutFamily, Queue);

    public RedisValue AllUnique { get; } = keyspace.Pattern(UniqueFamily, Queue);

    public RedisKey Digests(string userId) => keyspace.Key(DigestsFamily, Queue, userId);

    /// <param name="digest">Of the person's id.</param>
    public RedisKey Erased(string digest) => keyspace.Key(ErasedFamily, Queue, digest);

    public RedisKey Events(string taskId) => keyspace.Key(EventsFamily, Queue, taskId);

    /// <param name="digest">HMAC of caller, route and key: what a caller sends never enters a key as it is.</param>
    public RedisKey Idempotency(string digest) => keyspace.Key(IdempotencyFamily, Queue, digest);

    public RedisKey Input(string taskId) => keyspace.Key(InputFamily, Queue, taskId);

    public RedisKey Payload(string taskId) => keyspace.Key(PayloadFamily, Queue, taskId);

    /// <summary>What came with a task in chunks: its records, or its payload. None has both.</summary>
    public RedisKey Chunks(string taskId, bool arePayload) => arePayload ? Payload(taskId) : Input(taskId);

    public RedisKey Result(string taskId) => keyspace.Key(ResultFamily, Queue, taskId);

    public RedisKey ResultIndex(string taskId) => keyspace.Key(ResultIndexFamily, Queue, taskId);
}
