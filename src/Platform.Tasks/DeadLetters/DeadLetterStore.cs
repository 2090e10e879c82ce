using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using StackExchange.Redis;

namespace Platform.Tasks.DeadLetters;

/// <summary>Tasks that were given up: found by why and when, counted, removed. Read page by page, however many there are.</summary>
internal sealed class DeadLetterStore(RedisStore redis, TaskKeys keys, EventStreams events, IOptions<TasksOptions> options)
{
    private const int Batch = 200;

    private static readonly RedisScript DeleteDead = RedisScript.FromResource(typeof(DeadLetterStore).Assembly, "DeleteDead.lua");
    private static readonly RedisValue[] Looked = ["status", "type", "errorCode", "errorMessage", "lastErrorCode", "lane", "unique", StoredPayload.LengthField, "owner"];

    /// <summary>Those that a filter means, in pages.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="order">By when they died.</param>
    /// <param name="after">The last one of an earlier reading.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Pages as they were looked at: there may be none that is meant on one. What lies between pages may change.</returns>
    public async IAsyncEnumerable<DeadLetterPage> ReadAsync(
        DeadLetterFilter filter, Order order, DeadLetter? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = after;
        while (true)
        {
            var (letters, last) = await ReadPageAsync(filter, order, position, cancellationToken);
            if (last is null)
            {
                yield break;
            }

            position = last;
            yield return new DeadLetterPage(letters, last);
        }
    }

    public async Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var page in ReadAsync(filter, Order.Ascending, after: null, cancellationToken))
        {
            count += page.Letters.Count;
        }

        return count;
    }

    /// <summary>All there are, tasks that are gone or cannot be read included.</summary>
    public Task<long> CountAllAsync(CancellationToken cancellationToken) =>
        redis.ExecuteAsync("dead.count", database => database.SortedSetLengthAsync(keys.Dead), cancellationToken);

    /// <summary>Removes dead letters in the name of a task that does so.</summary>
    /// <param name="letters">Which ones; those that are none any more stay.</param>
    /// <param name="caller">Its progress is how many were removed.</param>
    /// <param name="total">How many there will be.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many; null when another attempt holds the caller.</returns>
    public async Task<int?> DeleteAsync(IReadOnlyList<DeadLetter> letters, Delivery caller, long total, CancellationToken cancellationToken)
    {
        var removed = (int)await redis.EvaluateAsync(
            DeleteDead,
            [
                keys.Dead, keys.Index, keys.Item(caller.Task.Id), keys.Events(caller.Task.Id),
                .. letters.SelectMany(letter => new[]
                {
                    keys.Item(letter.Id), keys.Events(letter.Id), keys.Chunks(letter.Id, letter.HasPayloadAside), keys.Result(letter.Id), keys.ResultIndex(letter.Id),
                }),
            ],
            [
                caller.Task.Fence, total, (long)options.Value.ResultRetention.TotalMilliseconds, events.WakeChannel,
                .. letters.Select(letter => (RedisValue)letter.Id),
            ],
            cancellationToken);
        return removed < 0 ? null : removed;
    }

    private async Task<(IReadOnlyList<DeadLetter> Letters, DeadLetter? Last)> ReadPageAsync(
        DeadLetterFilter filter, Order order, DeadLetter? after, CancellationToken cancellationToken)
    {
        var (from, to) = (filter.From?.ToUnixTimeMilliseconds() ?? double.NegativeInfinity, filter.To?.ToUnixTimeMilliseconds() ?? double.PositiveInfinity);
        if (after is not null)
        {
            (from, to) = order == Order.Ascending ? ((double)after.DiedAt, to) : (from, (double)after.DiedAt);
        }

        // The end is not meant, but where the last page ended others of the same moment may follow.
        var exclude = filter.To is not null && to != after?.DiedAt ? Exclude.Stop : Exclude.None;
        SortedSetEntry[] found = [];
        for (var skip = 0; ; skip += found.Length)
        {
            var from_ = skip;
            found = await redis.ExecuteAsync(
                "dead.read", database => database.SortedSetRangeByScoreWithScoresAsync(keys.Dead, from, to, exclude, order, from_, Batch), cancellationToken);
            var next = after is null ? found : Array.FindAll(found, entry => IsAfter(entry, after, order));
            if (next.Length > 0 || found.Length < Batch)
            {
                return next.Length == 0 ? ([], null) : (await LookAsync(filter, next, cancellationToken), Of(next[^1], ""));
            }
        }
    }

    private async Task<IReadOnlyList<DeadLetter>> LookAsync(DeadLetterFilter filter, SortedSetEntry[] entries, CancellationToken cancellationToken)
    {
        var fields = await redis.ExecuteAsync(
            "dead.look", database => Task.WhenAll(entries.Select(entry => LookAsync(database, entry.Element!))), cancellationToken);
        var letters = new List<DeadLetter>(entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            if (fields[i] is [var status, var type, var code, var message, var lastCode, { IsNull: false } lane, var unique, var length, var owner] && status == "dead"
                && filter.Includes(type, code, message, lastCode))
            {
                letters.Add(Of(entries[i], lane!) with { Unique = unique, HasPayloadAside = !length.IsNull, Owner = (string?)owner ?? "" });
            }
        }

        return letters;
    }

    /// <returns>Null for what is no task any more, or cannot be read.</returns>
    private async Task<RedisValue[]?> LookAsync(IDatabase database, string taskId)
    {
        try
        {
            return await database.HashGetAsync(keys.Item(taskId), Looked);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Entries of one score sort by their members.</summary>
    private static bool IsAfter(SortedSetEntry entry, DeadLetter after, Order order)
    {
        var compared = entry.Score != after.DiedAt ? entry.Score.CompareTo(after.DiedAt) : string.CompareOrdinal(entry.Element, after.Id);
        return order == Order.Ascending ? compared > 0 : compared < 0;
    }

    private static DeadLetter Of(SortedSetEntry entry, string lane) => new(entry.Element!, lane, (long)entry.Score);
}

/// <param name="Id">Of the task.</param>
/// <param name="Lane">Where it waited.</param>
/// <param name="DiedAt">Milliseconds since 1970.</param>
internal sealed record DeadLetter(string Id, string Lane, long DiedAt)
{
    /// <summary>Digest of what makes it one and the same as others; null where it may be there twice.</summary>
    public string? Unique { get; init; }

    /// <summary>Whether its payload lies aside.</summary>
    public bool HasPayloadAside { get; init; }

    /// <summary>Empty where nobody owns it.</summary>
    public string Owner { get; init; } = "";
}

/// <param name="Letters">Those that are meant.</param>
/// <param name="Last">The last that was looked at.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, DeadLetter Last);
