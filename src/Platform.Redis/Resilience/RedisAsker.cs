using Microsoft.Extensions.Options;
using Platform.Redis.Connection;
using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>Asks every primary whether it answers, for the breaker: each bounded by the operation timeout. Knows which slots are away.</summary>
internal sealed class RedisAsker(RedisConnection connection, RedisPrimaries primaries, IOptions<RedisOptions> options, TimeProvider time)
{
    private readonly TimeSpan _timeout = options.Value.OperationTimeout;
    private volatile bool[]? _awaySlots;

    /// <summary>Whether some may be away while others answer.</summary>
    public bool Several => connection.IsCluster;

    /// <summary>Whether the primary of a key did not answer when it was asked last, while others did.</summary>
    public bool IsAway(RedisKey key) => _awaySlots is { } slots && connection.Database is { } database
        && database.Multiplexer.HashSlot(key) is var slot and >= 0 && slots[slot];

    public async Task<RedisAnswers> AskAsync(CancellationToken stopping)
    {
        IConnectionMultiplexer opened;
        try
        {
            opened = await connection.OpenAsync().WaitAsync(_timeout, time, stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            return new RedisAnswers(0, 1, Reason(exception) ?? RedisUnavailableReason.ConnectionLost);
        }

        var database = opened.GetDatabase();
        var asked = primaries.Of(opened);
        var failures = await Task.WhenAll(asked.Select(primary => FailureAsync(primary, database, stopping))).ConfigureAwait(false);
        _awaySlots = AwaySlots(asked, failures);
        return new RedisAnswers(failures.Count(failure => failure is null), failures.Length, Array.Find(failures, failure => failure is not null));
    }

    // Null where all answered, or none did: then the breaker is open for everybody.
    private static bool[]? AwaySlots(IReadOnlyList<RedisPrimary> asked, RedisUnavailableReason?[] failures)
    {
        var away = failures.Count(failure => failure is not null);
        if (away == 0 || away == asked.Count)
        {
            return null;
        }

        var slots = new bool[1 << 14];
        foreach (var range in asked.Where((_, i) => failures[i] is not null).SelectMany(primary => primary.Slots))
        {
            slots.AsSpan(range.From, range.To - range.From + 1).Fill(true);
        }

        return slots;
    }

    /// <summary>Why it did not answer; null where it did.</summary>
    private async Task<RedisUnavailableReason?> FailureAsync(RedisPrimary primary, IDatabase database, CancellationToken stopping)
    {
        Task? answer = null;
        try
        {
            answer = primary.ProbeAsync(database);
            await answer.WaitAsync(_timeout, time, stopping).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            answer?.Abandon();
            return Reason(exception);
        }
    }

    // A refusal such as MISCONF is an answer: reads work again.
    private static RedisUnavailableReason? Reason(Exception exception) => RedisFailure.Of(exception) switch
    {
        { CountsAgainstBreaker: false } => null,
        { } failure => failure.Reason,
        null => RedisUnavailableReason.ConnectionLost,
    };
}
