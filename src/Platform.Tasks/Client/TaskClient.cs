using System.Diagnostics;
using Platform.Contracts;
using Platform.Redis;
using Platform.Tasks.Handlers;
using Platform.Tasks.Batches;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Queues;

namespace Platform.Tasks.Client;

/// <summary>
/// Enqueues tasks. A task that was enqueued is durable: when the call returns, it is in Redis with all that it needs. While Redis is away
/// or full nothing is taken, and nothing half-written is left.
/// </summary>
public sealed class TaskClient
{
    private readonly PlainTasks _plain;
    private readonly UnrecordedTasks _unrecorded;
    private readonly RecordedTasks _recorded;
    private readonly TaskLanes _lanes;
    private readonly TaskBatches _batches;
    private readonly TaskTypes _types;
    private readonly TaskPayloads _payloads;

    internal TaskClient(
        PlainTasks plain, UnrecordedTasks unrecorded, RecordedTasks recorded, TaskLanes lanes, TaskTypes types, TaskBatches batches, TaskPayloads payloads)
    {
        _plain = plain;
        _unrecorded = unrecorded;
        _recorded = recorded;
        _lanes = lanes;
        _batches = batches;
        _types = types;
        _payloads = payloads;
    }

    /// <summary>Enqueues a task.</summary>
    /// <param name="type">The stable name of its type.</param>
    /// <param name="payload">
    /// What its handler is told; written as JSON. Of a <see cref="Stream"/>, what it holds, which is JSON. More than 256 KiB go aside, chunk by chunk.
    /// </param>
    /// <param name="options">Where, when and for whom; the defaults where it is null.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <returns>The task's id, as in <c>tsk_01k9w3…</c>; that of the one that is there, where it must not be there twice.</returns>
    /// <exception cref="ArgumentException">There is no such queue, no such task to depend on, or the payload is larger than <c>Tasks:PayloadLimit</c>.</exception>
    /// <exception cref="RedisUnavailableException">
    /// Redis is away or refuses. The task is not there, unless <see cref="RedisUnavailableException.OutcomeUnknown"/>.
    /// </exception>
    public async Task<string> EnqueueAsync<TPayload>(
        string type, TPayload payload, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= EnqueueOptions.Default;
        if (_types.Find(type)?.Options.Unique is { } unique)
        {
            options = options with { Unique = unique };
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.Delay.Ticks, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Delay, NewTaskDelays.Longest, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(payload);
        var (id, lane) = (PlatformId.New("tsk"), LaneOf(options));
        if (IsUnrecorded(type, options) && PackedTask.TryPack(_payloads, id, type, Activity.Current?.Id, payload) is { } packed)
        {
            await _unrecorded.EnqueueAsync(lane, type, packed, cancellationToken);
            return id;
        }

        var encoded = _payloads.TryEncode(id, type, payload);
        if (encoded is not null && options.IsPlain)
        {
            await _plain.EnqueueAsync(Plain(id, lane, type, encoded)).WaitAsync(cancellationToken);
            return id;
        }

        var task = new NewTask(id, type, options.Owner ?? "", encoded ?? StoredPayload.Marker, Attachment: null, Idempotency: null, Activity.Current?.Id)
        {
            // What is sealed is never the same twice.
            Sent = encoded is not null && options.Unique is { Key: null } && SensitiveProperties<TPayload>.MayBeThere ? TaskPayloads.Plain(payload) : null,
            Lane = lane,
            Delay = options.Delay,
            ConcurrencyKey = options.ConcurrencyKey,
            Unique = options.Unique,
            DependsOn = DependsOn(options),
            After = options.After,
        };
        return encoded is not null ? await _recorded.EnqueueAsync(task, cancellationToken) : await _recorded.EnqueueLargeAsync(task, payload, cancellationToken);
    }

    /// <summary>Enqueues tasks that belong together, all or none, and one that is run when they have ended.</summary>
    /// <param name="tasks">1 to 1,000, with 8 MiB of payloads.</param>
    /// <param name="completion">What is run afterwards; null where nothing is.</param>
    /// <param name="options">Queue, priority and owner of all; nothing else can be said of them together.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses. Nothing is there, unless the outcome is unknown.</exception>
    public async Task<TaskBatch> EnqueueBatchAsync(
        IReadOnlyCollection<BatchTask> tasks, BatchCompletion? completion = null, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        options ??= EnqueueOptions.Default;
        if (!(options with { Owner = null }).IsPlain)
        {
            throw new ArgumentException("The tasks of a batch have a queue, a priority and an owner, and nothing else.", nameof(options));
        }

        return await _batches.EnqueueAsync(tasks, completion, LaneOf(options), options.Owner, cancellationToken)
            ?? throw new InvalidOperationException($"The batch was not accepted: {SubmitOutcome.OwnerErased}.");
    }

    /// <summary>How far a batch has come.</summary>
    /// <param name="batchId">Its id.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when there is no such batch, or it is no longer kept.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<BatchProgress?> FindBatchAsync(string batchId, CancellationToken cancellationToken = default) =>
        (await _batches.FindAsync(batchId, cancellationToken))?.Progress;

    /// <summary>Enqueues many tasks of a type in few trips: those before a failure are there.</summary>
    /// <param name="type">The stable name of their type.</param>
    /// <param name="payloads">What their handlers are told.</param>
    /// <param name="options">Where they wait: queue and priority. Tasks with more than that are enqueued one at a time.</param>
    /// <param name="cancellationToken">Gives up. What was sent may still be carried out.</param>
    /// <returns>Their ids, in the order of the payloads.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<IReadOnlyList<string>> EnqueueManyAsync<TPayload>(
        string type, IReadOnlyCollection<TPayload> payloads, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        options ??= EnqueueOptions.Default;
        if (!options.IsPlain)
        {
            throw new ArgumentException("Many tasks at once have a queue and a priority, and nothing else.", nameof(options));
        }

        var lane = LaneOf(options);
        var isUnrecorded = IsUnrecorded(type, options);
        var (ids, packed, plain) = (new List<string>(payloads.Count), new List<byte[]>(), new List<PlainTask>());
        foreach (var payload in payloads)
        {
            ArgumentNullException.ThrowIfNull(payload, nameof(payloads));
            var id = PlatformId.New("tsk");
            if (isUnrecorded && PackedTask.TryPack(_payloads, id, type, Activity.Current?.Id, payload) is { } one)
            {
                packed.Add(one);
            }
            else if (!isUnrecorded && _payloads.TryEncode(id, type, payload) is { } encoded)
            {
                plain.Add(Plain(id, lane, type, encoded));
            }
            else
            {
                // A large one takes its own way.
                id = await EnqueueAsync(type, payload, options, cancellationToken);
            }

            ids.Add(id);
        }

        await _unrecorded.EnqueueAsync(lane, type, [.. packed], cancellationToken);
        await _plain.EnqueueAsync([.. plain], cancellationToken);
        return ids;
    }

    private Lane LaneOf(EnqueueOptions options) => _lanes.Find(options.Queue ?? _lanes.Queues[0], options.Priority);

    private static string[] DependsOn(EnqueueOptions options)
    {
        string[] ids = [.. options.DependsOn.Distinct(StringComparer.Ordinal)];
        return ids.Length <= NewTask.MostDependencies && Array.TrueForAll(ids, NewTask.IsDependency)
            ? options.Unique is { RunAgain: true } && ids.Length > 0
                ? throw new ArgumentException("A task that is run again after another depends on that one alone.", nameof(options))
                : ids
            : throw new ArgumentException($"A task depends on at most {NewTask.MostDependencies} others, each the id of a task or a batch.", nameof(options));
    }

    /// <summary>Whether the task needs no record while it waits, as far as this process knows its type.</summary>
    private bool IsUnrecorded(string type, EnqueueOptions options) =>
        options.IsPlain && _types.Find(type)?.Options.IsFireAndForget == true;

    private PlainTask Plain(string id, Lane lane, string type, byte[] payload) =>
        new(id, lane, type, payload, Activity.Current?.Id, IsListed: _types.Find(type)?.Options.KeptFor != TimeSpan.Zero);
}
