using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Tasks.Client;
using Platform.Tasks.Processing;
using StackExchange.Redis;

namespace Platform.Tasks.Queues;

/// <summary>The lanes as a worker sees them: entries are taken, waited for or claimed, and each becomes an attempt.</summary>
internal sealed class TaskQueue
{
    public const string Group = "workers";

    /// <summary>So often the lanes are looked at from the other end, so that those of low priority are not passed over for ever.</summary>
    private const int TurnEvery = 16;

    /// <summary>Consumers that hold nothing and gave no sign for this long are of processes that are gone.</summary>
    private static readonly TimeSpan ConsumerLifetime = TimeSpan.FromHours(1);

    private readonly RedisStore _redis;
    private readonly BlockingReads _waits;
    private readonly TaskKeys _keys;
    private readonly TasksOptions _options;
    private readonly ILogger _logger;
    private readonly Lane[] _lanes;
    private readonly ConsumerGroup[] _groups;
    private readonly Looks _down;
    private readonly Looks _up;
    private HashSet<string> _paused = [];
    private int _takes;

    public TaskQueue(
        RedisStore redis, BlockingReads waits, TaskKeys keys, TaskLanes lanes, IOptions<TasksOptions> options, ILogger<TaskQueue> logger)
    {
        _redis = redis;
        _waits = waits;
        _keys = keys;
        _options = options.Value;
        _logger = logger;
        _lanes = [.. lanes.Served];
        _groups = Array.ConvertAll(_lanes, lane => new ConsumerGroup(redis, lane.Key, Group, "queue", Consumer));
        _down = new Looks(_lanes, keys.Paused, Consumer);
        _up = new Looks([.. _lanes.Reverse()], keys.Paused, Consumer);
    }

    public string Consumer { get; } = ConsumerGroup.NewConsumer();

    /// <summary>Takes what waits now, by priority.</summary>
    public async Task<IReadOnlyList<QueueEntry>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var looks = ++_takes % TurnEvery == 0 ? _up : _down;
        var answer = await _redis.EvaluateAsync(QueueScripts.TakeEntries, looks.Keys, looks.Arguments(count), cancellationToken);
        _paused = [.. (string[])answer[0]!];
        var taken = answer[1];
        var entries = new List<QueueEntry>();
        for (var i = 0; i < taken.Length; i++)
        {
            var given = taken[i];
            var lane = looks.Lanes[(int)given[0]];
            entries.EnsureCapacity(entries.Count + (given.Length / 2));
            for (var j = 1; j < given.Length; j += 2)
            {
                var (id, value) = ((RedisValue)given[j], given[j + 1]);
                NameValueEntry[] fields = value.Resp2Type == ResultType.Array ? StreamReplies.Fields(value) : [new(PackedTask.Field, (RedisValue)value)];
                await AddUsableAsync(entries, lane, id, fields, isClaim: false, cancellationToken);
            }
        }

        return entries;
    }

    /// <summary>Waits for the next entry of any lane whose queue is not paused. Nothing may be waiting there: <see cref="TakeAsync"/> comes first.</summary>
    /// <returns>At most one for each lane; none when the time is over.</returns>
    public async Task<IReadOnlyList<QueueEntry>> WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var lanes = _paused.Count == 0 ? _lanes : Array.FindAll(_lanes, lane => !_paused.Contains(lane.Queue));
        if (lanes.Length == 0)
        {
            await Task.Delay(longest, cancellationToken);
            return [];
        }

        var entries = new List<QueueEntry>(1);
        var wait = longest < BlockingReads.LongestWait ? longest : BlockingReads.LongestWait;
        foreach (var (stream, entry) in await _waits.ReadGroupAsync(Array.ConvertAll(lanes, lane => lane.Key), Group, Consumer, wait))
        {
            await AddUsableAsync(entries, lanes[stream], entry.Id, entry.Values, isClaim: false, cancellationToken);
        }

        return entries;
    }

    /// <summary>Takes over what dead workers held, unless the queue is paused: that too waits then.</summary>
    public async Task<IReadOnlyList<QueueEntry>> ClaimAsync(int count, CancellationToken cancellationToken)
    {
        var entries = new List<QueueEntry>();
        for (var i = 0; i < _lanes.Length && entries.Count < count; i++)
        {
            if (_paused.Contains(_lanes[i].Queue))
            {
                continue;
            }

            foreach (var entry in await _groups[i].ClaimAsync(_options.LeaseDuration, count - entries.Count, cancellationToken))
            {
                await AddUsableAsync(entries, _lanes[i], entry.Id, entry.Values, isClaim: true, cancellationToken);
            }
        }

        return entries;
    }

    public async Task RemoveGoneConsumersAsync(CancellationToken cancellationToken)
    {
        foreach (var group in _groups)
        {
            await group.RemoveConsumersAsync(ConsumerLifetime, includeThis: false, cancellationToken);
        }
    }

    /// <summary>Forgets this consumer, unless it still holds deliveries, which others will claim.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        foreach (var group in _groups)
        {
            await group.RemoveConsumersAsync(ConsumerLifetime, includeThis: true, cancellationToken);
        }
    }

    /// <summary>Takes out an entry whose task cannot even be read.</summary>
    public async Task DiscardAsync(Lane lane, RedisValue entryId, string? taskId, CancellationToken cancellationToken)
    {
        await _redis.EvaluateAsync(
            QueueScripts.DiscardEntry, [lane.Key, _keys.Dead],
            [Group, entryId, taskId ?? "", (long)_options.HistoryRetention.TotalMilliseconds], cancellationToken);
        _logger.EntryDiscarded(taskId);
    }

    private async ValueTask AddUsableAsync(
        List<QueueEntry> entries, Lane lane, RedisValue id, NameValueEntry[] fields, bool isClaim, CancellationToken cancellationToken)
    {
        string? taskId = null, type = null, traceParent = null;
        var payload = RedisValue.Null;
        var isUnrecorded = false;
        foreach (var field in fields)
        {
            switch ((string?)field.Name)
            {
                case "task":
                    taskId = field.Value;
                    break;
                case "type":
                    type = field.Value;
                    break;
                case "traceparent":
                    traceParent = field.Value;
                    break;
                case "payload":
                    payload = field.Value;
                    break;
                case PackedTask.Field when PackedTask.TryUnpack((ReadOnlyMemory<byte>)field.Value, out var packedId, out traceParent, out var name, out var rest):
                    (taskId, type, payload, isUnrecorded) = (packedId, name, rest, true);
                    break;
            }
        }

        if (PlatformId.IsValid(taskId, "tsk"))
        {
            entries.Add(new QueueEntry(lane, id, taskId!, type, payload, traceParent, isClaim) { IsUnrecorded = isUnrecorded });
        }
        else
        {
            await DiscardAsync(lane, id, taskId: null, cancellationToken);
        }
    }

    /// <summary>What a look at all lanes sends, which is the same each time.</summary>
    private sealed class Looks(Lane[] lanes, RedisKey paused, string consumer)
    {
        private readonly RedisValue[] _arguments = [Group, consumer, 0, .. lanes.Select(lane => (RedisValue)lane.Queue)];

        public Lane[] Lanes => lanes;

        public RedisKey[] Keys { get; } = [paused, .. lanes.Select(lane => lane.Key)];

        public RedisValue[] Arguments(int count)
        {
            RedisValue[] arguments = [.. _arguments];
            arguments[2] = count;
            return arguments;
        }
    }
}
