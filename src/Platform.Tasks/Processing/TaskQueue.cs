using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Redis.Events;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>The queue as a worker sees it: entries are read or claimed, and each becomes an attempt.</summary>
internal sealed class TaskQueue(RedisStore redis, TaskKeys keys, EventStreams events, IOptions<TasksOptions> options, ILogger<TaskQueue> logger)
{
    public const string Group = "workers";
    private const int MostPromoted = 100;

    /// <summary>Consumers that hold nothing and gave no sign for this long are of processes that are gone.</summary>
    private static readonly TimeSpan ConsumerLifetime = TimeSpan.FromHours(1);

    private readonly ConsumerGroup _group = new(redis, keys.Tasks, Group, "queue");

    public string Consumer => _group.Consumer;

    public IDisposable OnWake(Action callback) => events.OnWake(keys.Tasks, callback);

    public async Task<IReadOnlyList<QueueEntry>> ReadAsync(int count, CancellationToken cancellationToken) =>
        await KeepUsableAsync(await _group.ReadNewAsync(count, cancellationToken), isClaim: false, cancellationToken);

    /// <summary>Takes over what dead workers held.</summary>
    public async Task<IReadOnlyList<QueueEntry>> ClaimAsync(int count, CancellationToken cancellationToken) =>
        await KeepUsableAsync(await _group.ClaimAsync(options.Value.LeaseDuration, count, cancellationToken), isClaim: true, cancellationToken);

    public Task<(long Waiting, long Pending)> DepthAsync(CancellationToken cancellationToken) => _group.DepthAsync(cancellationToken);

    public Task RemoveGoneConsumersAsync(CancellationToken cancellationToken) =>
        _group.RemoveConsumersAsync(ConsumerLifetime, includeThis: false, cancellationToken);

    /// <summary>Forgets this consumer, unless it still holds deliveries, which others will claim.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => _group.RemoveConsumersAsync(ConsumerLifetime, includeThis: true, cancellationToken);

    /// <summary>Queues delayed tasks whose time has come.</summary>
    /// <returns>When the next is due, as far as is known; null when none is waiting.</returns>
    public async Task<DateTimeOffset?> PromoteDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var first = await redis.ExecuteAsync(
                "queue.delayed", database => database.SortedSetRangeByRankWithScoresAsync(keys.Delayed, 0, MostPromoted - 1), cancellationToken);
            if (first.Length == 0)
            {
                return null;
            }

            // By the clock of Redis: those that are not due yet stay.
            var promoted = (int)await redis.EvaluateAsync(
                ProcessingScripts.PromoteDue,
                [keys.Delayed, keys.Tasks, .. first.Select(member => keys.Item(member.Element!))],
                [events.WakeChannel, .. first.Select(member => member.Element)], cancellationToken);
            if (promoted < MostPromoted)
            {
                return DateTimeOffset.FromUnixTimeMilliseconds((long)first[Math.Min(promoted, first.Length - 1)].Score);
            }
        }
    }

    /// <summary>Takes out an entry whose task cannot even be read.</summary>
    public async Task DiscardAsync(RedisValue entryId, string? taskId, CancellationToken cancellationToken)
    {
        await redis.EvaluateAsync(
            ProcessingScripts.DiscardEntry, [keys.Tasks, keys.Dead],
            [Group, entryId, taskId ?? "", (long)options.Value.HistoryRetention.TotalMilliseconds], cancellationToken);
        logger.EntryDiscarded(taskId);
    }

    private async Task<IReadOnlyList<QueueEntry>> KeepUsableAsync(StreamEntry[] entries, bool isClaim, CancellationToken cancellationToken)
    {
        var usable = new List<QueueEntry>(entries.Length);
        foreach (var entry in entries)
        {
            var taskId = (string?)entry["task"];
            if (Platform.Contracts.PlatformId.IsValid(taskId, "tsk"))
            {
                usable.Add(new QueueEntry(entry.Id, taskId!, isClaim));
            }
            else
            {
                await DiscardAsync(entry.Id, taskId: null, cancellationToken);
            }
        }

        return usable;
    }
}

/// <param name="IsClaim">Whether it was taken over from a worker that gave no sign.</param>
internal readonly record struct QueueEntry(RedisValue Id, string TaskId, bool IsClaim);
