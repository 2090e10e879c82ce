using System.Diagnostics;
using Platform.Redis.Connection;
using Platform.Redis.Keys;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Health;

/// <summary>
/// One probe: <c>PING</c>, <c>SET</c>, <c>GET</c>, <c>DEL</c> on a key of its own, sent together; with the server's facts from time to
/// time. Past the breaker on purpose: it says how Redis is, not what the breaker thinks.
/// </summary>
internal sealed class RedisProbe(RedisConnection connection, Keyspace keyspace)
{
    private static readonly TimeSpan KeyTtl = LibraryKeys.Health.Ttl.Longest!.Value;

    private readonly RedisKey _key = keyspace.Key(LibraryKeys.Health, Guid.CreateVersion7().ToString("N"));
    private int _sequence;

    /// <summary>Completes when every reply is there. The caller bounds the wait.</summary>
    public async Task<ProbeOutcome> RunAsync(bool readFacts, CancellationToken cancellationToken)
    {
        var multiplexer = await connection.OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var database = multiplexer.GetDatabase();
        RedisValue value = ++_sequence;
        var start = Stopwatch.GetTimestamp();

        var ping = database.PingAsync();
        var set = database.StringSetAsync(_key, value, KeyTtl);
        var get = database.StringGetAsync(_key);
        var delete = database.KeyDeleteAsync(_key);
        var info = readFacts ? database.ExecuteAsync("INFO") : null;
        var config = readFacts ? database.ExecuteAsync("CONFIG", "GET", "appendfsync") : null;

        var operations = new List<string>(4);
        Exception? failure = null;
        await Note("ping", Answered(ping)).ConfigureAwait(false);
        var latency = Stopwatch.GetElapsedTime(start);
        await Note("set", set).ConfigureAwait(false);
        await Note("get", Equal(get, value)).ConfigureAwait(false);
        await Note("delete", delete).ConfigureAwait(false);
        return new ProbeOutcome(operations, latency, failure, readFacts ? await FactsAsync(info!, config!).ConfigureAwait(false) : null);

        async Task Note(string operation, Task<bool> reply)
        {
            try
            {
                if (await reply.ConfigureAwait(false))
                {
                    operations.Add(operation);
                }
            }
            catch (Exception exception) when (RedisFailure.Of(exception) is not null || exception is RedisException)
            {
                failure ??= exception;
            }
        }
    }

    private static async Task<bool> Answered(Task<TimeSpan> ping)
    {
        await ping.ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> Equal(Task<RedisValue> reply, RedisValue value) => await reply.ConfigureAwait(false) == value;

    private static async Task<ServerFacts> FactsAsync(Task<RedisResult> info, Task<RedisResult> config)
    {
        var facts = await OrNull(info).ConfigureAwait(false) is { } text ? ServerFacts.ParseInfo((string)text!) : null;
        var settings = await OrNull(config).ConfigureAwait(false);
        return new ServerFacts(facts, settings?.ToDictionary().ToDictionary(pair => pair.Key, pair => (string?)pair.Value ?? ""));
    }

    // A user without the right to ask, or a hosted server without the command.
    private static async Task<RedisResult?> OrNull(Task<RedisResult> reply)
    {
        try
        {
            return await reply.ConfigureAwait(false);
        }
        catch (RedisException)
        {
            return null;
        }
    }
}

/// <param name="Operations">Those that worked: <c>ping</c>, <c>set</c>, <c>get</c>, <c>delete</c>.</param>
/// <param name="Latency">Of the first reply.</param>
/// <param name="Failure">The first failure, if any.</param>
/// <param name="Facts">What the server said about itself, if it was asked.</param>
internal sealed record ProbeOutcome(IReadOnlyList<string> Operations, TimeSpan Latency, Exception? Failure, ServerFacts? Facts)
{
    public const int AllOperations = 4;

    public bool Works => Operations.Count == AllOperations;
}
