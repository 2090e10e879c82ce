using System.Diagnostics;
using Platform.Redis.Connection;
using Platform.Redis.Keys;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Health;

/// <summary>
/// One probe of every primary: <c>PING</c>, <c>SET</c>, <c>GET</c>, <c>DEL</c> on a key of its own, sent together; with the server's facts
/// from time to time. Past the breaker on purpose: it says how Redis is, not what the breaker thinks.
/// </summary>
internal sealed class RedisProbe(RedisConnection connection, RedisPrimaries primaries)
{
    private static readonly TimeSpan KeyTtl = LibraryKeys.Health.Ttl.Longest!.Value;

    private int _sequence;

    /// <summary>Completes when every reply is there, or with what is there when it is given up.</summary>
    public async Task<ProbeOutcome> RunAsync(bool readFacts, CancellationToken giveUp)
    {
        var multiplexer = await connection.OpenAsync().WaitAsync(giveUp).ConfigureAwait(false);
        RedisValue value = ++_sequence;
        var database = multiplexer.GetDatabase();
        return new ProbeOutcome(await Task.WhenAll(
            primaries.Of(multiplexer).Select(primary => RunAsync(primary, database, value, readFacts, giveUp))).ConfigureAwait(false));
    }

    private static async Task<PrimaryOutcome> RunAsync(
        RedisPrimary primary, IDatabase database, RedisValue value, bool readFacts, CancellationToken giveUp)
    {
        var start = Stopwatch.GetTimestamp();
        var probe = RunAsync(primary, database, value, readFacts);
        try
        {
            return await probe.WaitAsync(giveUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            probe.Abandon();
            return new PrimaryOutcome(primary.Name, [], Stopwatch.GetElapsedTime(start), new TimeoutException(), null);
        }
    }

    private static async Task<PrimaryOutcome> RunAsync(RedisPrimary primary, IDatabase database, RedisValue value, bool readFacts)
    {
        var start = Stopwatch.GetTimestamp();
        var ping = primary.AskAsync(database, "PING");

        // None where the primary has but a handful of slots, for none of which a key was found, and where it is away.
        var set = primary is { Key: { } key, IsDisconnected: false } ? database.StringSetAsync(key, value, KeyTtl) : Task.FromResult(true);
        var get = primary is { Key: { } same, IsDisconnected: false } ? database.StringGetAsync(same) : Task.FromResult(value);
        var delete = primary is { Key: { } last, IsDisconnected: false } ? database.KeyDeleteAsync(last) : Task.FromResult(true);
        var facts = readFacts ? FactsAsync(primary, database) : Task.FromResult<ServerFacts?>(null);

        var operations = new List<string>(ProbeOutcome.AllOperations);
        Exception? failure = null;
        await Note("ping", Answered(ping)).ConfigureAwait(false);
        var latency = Stopwatch.GetElapsedTime(start);
        await Note("set", set).ConfigureAwait(false);
        await Note("get", Equal(get, value)).ConfigureAwait(false);
        await Note("delete", delete).ConfigureAwait(false);
        return new PrimaryOutcome(primary.Name, operations, latency, failure, await facts.ConfigureAwait(false));

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

    private static async Task<bool> Answered(Task<RedisResult> ping)
    {
        await ping.ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> Equal(Task<RedisValue> reply, RedisValue value) => await reply.ConfigureAwait(false) == value;

    // Null where either question was not answered: a server that hangs or is away has told nothing, not even that it does not tell.
    private static async Task<ServerFacts?> FactsAsync(RedisPrimary primary, IDatabase database)
    {
        var asked = OrNull(() => primary.AskAsync(database, "INFO"));
        var settings = await OrNull(() => primary.Server is null
            ? primary.AskAsync(database, "CONFIG", "GET", "appendfsync")
            : primary.AskAsync(database, "CONFIG", "GET", "appendfsync", "cluster-require-full-coverage")).ConfigureAwait(false);
        var info = await asked.ConfigureAwait(false);
        return !info.Answered || !settings.Answered ? null : new ServerFacts(
            info.Reply is { } text ? ServerFacts.ParseInfo((string)text!) : null,
            settings.Reply?.ToDictionary().ToDictionary(pair => pair.Key, pair => (string?)pair.Value ?? ""));
    }

    private static async Task<(bool Answered, RedisResult? Reply)> OrNull(Func<Task<RedisResult>> ask)
    {
        try
        {
            return (true, await ask().ConfigureAwait(false));
        }
        catch (RedisCommandException)
        {
            // The connection string disables the command.
            return (true, null);
        }
        catch (RedisServerException refusal) when (RedisFailure.Of(refusal) is null or { Reason: RedisUnavailableReason.NotPermitted })
        {
            // A user without the right to ask, or a hosted server without the command.
            return (true, null);
        }
        catch (Exception failure) when (RedisFailure.Of(failure) is not null || failure is RedisException)
        {
            return (false, null);
        }
    }
}
