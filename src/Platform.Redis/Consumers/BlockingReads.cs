using Microsoft.Extensions.Options;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Consumers;

/// <summary>
/// Waits for entries of streams inside Redis, on a connection of its own that carries nothing else: a wait on the shared one would hold up
/// everybody. So an entry reaches who waits for it in one trip, without a look that finds nothing. The connection is opened with the first wait.
/// </summary>
public sealed class BlockingReads : IAsyncDisposable
{
    /// <summary>No wait is longer: a connection that is gone without a word is noticed soon after.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly IOptions<ConfigurationOptions> _connection;
    private readonly SemaphoreSlim _gate = new(1);
    private ConnectionMultiplexer? _multiplexer;

    internal BlockingReads(IOptions<ConfigurationOptions> connection) => _connection = connection;

    /// <summary>Takes the next new entry of any of the streams for a consumer of a group, and waits for one where there is none.</summary>
    /// <param name="streams">Of one hash tag. The group must be there.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="wait">How long to wait, <see cref="LongestWait"/> at most.</param>
    /// <returns>At most one entry of each stream, with the stream's place in <paramref name="streams"/>; empty where none came.</returns>
    /// <remarks>It is not cancelled halfway: an entry that was on its way would be given to nobody.</remarks>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<IReadOnlyList<(int Stream, StreamEntry Entry)>> ReadGroupAsync(
        IReadOnlyList<RedisKey> streams, string group, string consumer, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, LongestWait);
        try
        {
            var multiplexer = _multiplexer ?? await OpenAsync().ConfigureAwait(false);
            return Entries(await multiplexer.GetDatabase().ExecuteAsync("XREADGROUP", Arguments(streams, group, consumer, wait)).ConfigureAwait(false), streams);
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is { } failure)
        {
            throw new RedisUnavailableException("stream.wait", failure.Reason, RetryAfter, exception, outcomeUnknown: true);
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is not null)
        {
            await _multiplexer.DisposeAsync().ConfigureAwait(false);
        }

        _gate.Dispose();
    }

    private static List<object> Arguments(IReadOnlyList<RedisKey> streams, string group, string consumer, TimeSpan wait)
    {
        List<object> arguments = ["GROUP", group, consumer, "COUNT", 1, "BLOCK", Math.Max(1, (long)wait.TotalMilliseconds), "STREAMS"];
        foreach (var stream in streams)
        {
            arguments.Add(stream);
        }

        for (var i = 0; i < streams.Count; i++)
        {
            arguments.Add(">");
        }

        return arguments;
    }

    private static List<(int Stream, StreamEntry Entry)> Entries(RedisResult reply, IReadOnlyList<RedisKey> streams)
    {
        var found = new List<(int, StreamEntry)>();
        if (reply.IsNull)
        {
            return found;
        }

        for (var i = 0; i < reply.Length; i++)
        {
            var index = IndexOf(streams, (RedisKey)reply[i][0]);
            for (var j = 0; j < reply[i][1].Length; j++)
            {
                found.Add((index, StreamReplies.Entry(reply[i][1][j])));
            }
        }

        return found;
    }

    private static int IndexOf(IReadOnlyList<RedisKey> streams, RedisKey stream)
    {
        for (var i = 0; i < streams.Count; i++)
        {
            if (streams[i] == stream)
            {
                return i;
            }
        }

        throw new InvalidOperationException("Redis answered with a stream that it was not asked for.");
    }

    private async Task<ConnectionMultiplexer> OpenAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return _multiplexer ??= await ConnectionMultiplexer.ConnectAsync(Options(_connection.Value.Clone())).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static ConfigurationOptions Options(ConfigurationOptions options)
    {
        // The answer comes when the wait is over.
        options.AsyncTimeout = options.SyncTimeout = (int)LongestWait.TotalMilliseconds + options.AsyncTimeout;
        options.ClientName += "-waiting";
        return options;
    }
}
