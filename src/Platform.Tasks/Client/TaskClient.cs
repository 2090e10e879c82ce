using System.Diagnostics;
using System.Text.Json;
using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Handlers;
using Platform.Tasks.Batches;
using Platform.Tasks.Items;
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
    private readonly TaskStore _store;
    private readonly TaskLanes _lanes;
    private readonly TaskBatches _batches;
    private readonly TaskTypes _types;

    internal TaskClient(PlainTasks plain, UnrecordedTasks unrecorded, TaskStore store, TaskLanes lanes, TaskTypes types, TaskBatches batches)
    {
        _plain = plain;
        _unrecorded = unrecorded;
        _store = store;
        _lanes = lanes;
        _batches = batches;
        _types = types;
    }

    /// <summary>Enqueues a task.</summary>
    /// <param name="type">The stable name of its type.</param>
    /// <param name="payload">What its handler is told; written as JSON.</param>
    /// <param name="options">Where, when and for whom; the defaults where it is null.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <returns>The task's id, as in <c>tsk_01k9w3…</c>; that of the one that is there, where it must not be there twice.</returns>
    /// <exception cref="ArgumentException">There is no such queue, or no such task to depend on.</exception>
    /// <exception cref="RedisUnavailableException">
    /// Redis is away or refuses. The task is not there, unless <see cref="RedisUnavailableException.OutcomeUnknown"/>.
    /// </exception>
    public async Task<string> EnqueueAsync<TPayload>(
        string type, TPayload payload, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= EnqueueOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(options.Delay.Ticks, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Delay, NewTaskDelays.Longest, nameof(options));
        if (IsUnrecorded(type, options))
        {
            var id = PlatformId.New("tsk");
            await _unrecorded.EnqueueAsync(LaneOf(options), type, Pack(id, type, payload), cancellationToken);
            return id;
        }

        var task = Plain(type, payload, options);
        if (options.IsPlain)
        {
            await _plain.EnqueueAsync(task).WaitAsync(cancellationToken);
            return task.Id;
        }

        var (outcome, accepted) = await _store.SubmitAsync(
            new NewTask(task.Id, type, options.Owner ?? "", task.Payload, Attachment: null, Idempotency: null, task.TraceParent)
            {
                Lane = task.Lane,
                Delay = options.Delay,
                ConcurrencyKey = options.ConcurrencyKey,
                Unique = options.Unique,
                DependsOn = DependsOn(options),
                After = options.After,
            },
            cancellationToken);
        return outcome switch
        {
            SubmitOutcome.Accepted or SubmitOutcome.Duplicate => accepted!.Id,
            SubmitOutcome.DependencyUnknown => throw new ArgumentException("A task that it depends on is not there, or no longer.", nameof(options)),
            _ => throw new InvalidOperationException($"The task was not accepted: {outcome}."),
        };
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

        if (IsUnrecorded(type, options))
        {
            return await EnqueueUnrecordedAsync(type, payloads, LaneOf(options), cancellationToken);
        }

        PlainTask[] tasks = [.. payloads.Select(payload => Plain(type, payload, options))];
        await _plain.EnqueueAsync(tasks, cancellationToken);
        return Array.ConvertAll(tasks, task => task.Id);
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

    private async Task<IReadOnlyList<string>> EnqueueUnrecordedAsync<TPayload>(
        string type, IReadOnlyCollection<TPayload> payloads, Lane lane, CancellationToken cancellationToken)
    {
        var ids = new string[payloads.Count];
        var packed = new byte[payloads.Count][];
        var i = 0;
        foreach (var payload in payloads)
        {
            ids[i] = PlatformId.New("tsk");
            packed[i] = Pack(ids[i], type, payload);
            i++;
        }

        await _unrecorded.EnqueueAsync(lane, type, packed, cancellationToken);
        return ids;
    }

    /// <summary>Whether the task needs no record while it waits, as far as this process knows its type.</summary>
    private bool IsUnrecorded(string type, EnqueueOptions options) =>
        options.IsPlain && _types.Find(type)?.Options.IsFireAndForget == true;

    private static byte[] Pack<TPayload>(string id, string type, TPayload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return PackedTask.Pack(id, type, Activity.Current?.Id, payload);
    }

    private PlainTask Plain<TPayload>(string type, TPayload payload, EnqueueOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(payload);
        return new PlainTask(
            PlatformId.New("tsk"), LaneOf(options), type, JsonSerializer.SerializeToUtf8Bytes(payload, JsonDefaults.Options), Activity.Current?.Id,
            IsListed: _types.Find(type)?.Options.KeptFor != TimeSpan.Zero);
    }
}
