using System.Diagnostics;
using System.Text.Json;
using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Handlers;
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
    private readonly TaskStore _store;
    private readonly TaskLanes _lanes;
    private readonly TaskTypes _types;

    internal TaskClient(PlainTasks plain, TaskStore store, TaskLanes lanes, TaskTypes types)
    {
        _plain = plain;
        _store = store;
        _lanes = lanes;
        _types = types;
    }

    /// <summary>Enqueues a task.</summary>
    /// <param name="type">The stable name of its type.</param>
    /// <param name="payload">What its handler is told; written as JSON.</param>
    /// <param name="options">Where, when and for whom; the defaults where it is null.</param>
    /// <param name="cancellationToken">Gives up waiting. What was sent may still be carried out.</param>
    /// <returns>The task's id, as in <c>tsk_01k9w3…</c>.</returns>
    /// <exception cref="RedisUnavailableException">
    /// Redis is away or refuses. The task is not there, unless <see cref="RedisUnavailableException.OutcomeUnknown"/>.
    /// </exception>
    public async Task<string> EnqueueAsync<TPayload>(
        string type, TPayload payload, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= EnqueueOptions.Default;
        var task = Plain(type, payload, options);
        if (options.IsPlain)
        {
            await _plain.EnqueueAsync(task).WaitAsync(cancellationToken);
            return task.Id;
        }

        var (outcome, _) = await _store.SubmitAsync(
            new NewTask(task.Id, type, options.Owner ?? "", task.Payload, Attachment: null, Idempotency: null, task.TraceParent)
            {
                Lane = task.Lane,
                Delay = options.Delay,
                ConcurrencyKey = options.ConcurrencyKey,
            },
            cancellationToken);
        return outcome == SubmitOutcome.Accepted ? task.Id : throw new InvalidOperationException($"The task was not accepted: {outcome}.");
    }

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

        PlainTask[] tasks = [.. payloads.Select(payload => Plain(type, payload, options))];
        await _plain.EnqueueAsync(tasks, cancellationToken);
        return Array.ConvertAll(tasks, task => task.Id);
    }

    private PlainTask Plain<TPayload>(string type, TPayload payload, EnqueueOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(payload);
        return new PlainTask(
            PlatformId.New("tsk"), _lanes.Find(options.Queue ?? _lanes.Queues[0], options.Priority), type,
            JsonSerializer.SerializeToUtf8Bytes(payload, JsonDefaults.Options), Activity.Current?.Id,
            IsListed: _types.Find(type)?.Options.Retention != TimeSpan.Zero);
    }
}
