using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>What a failure means: Redis is away or refuses, or the caller made a mistake (no <see cref="RedisFailure"/> then).</summary>
/// <param name="Reason">Why.</param>
/// <param name="CountsAgainstBreaker">
/// Whether nothing else would fare better. A server that only refuses writes still serves reads, so it does not open the breaker.
/// </param>
/// <param name="OutcomeUnknown">Whether it may have been carried out all the same.</param>
internal readonly record struct RedisFailure(RedisUnavailableReason Reason, bool CountsAgainstBreaker, bool OutcomeUnknown)
{
    private static readonly (string Prefix, RedisUnavailableReason Reason, bool Counts)[] Replies =
    [
        ("OOM ", RedisUnavailableReason.OutOfMemory, false),
        ("MISCONF ", RedisUnavailableReason.PersistenceFailing, false),
        ("READONLY ", RedisUnavailableReason.ReadOnly, false),
        ("NOREPLICAS ", RedisUnavailableReason.ReadOnly, false),
        ("NOPERM ", RedisUnavailableReason.NotPermitted, false),
        ("LOADING ", RedisUnavailableReason.Loading, true),
        ("MASTERDOWN ", RedisUnavailableReason.Loading, true),
        ("BUSY ", RedisUnavailableReason.Busy, true),
        ("NOAUTH ", RedisUnavailableReason.AuthenticationFailed, true),
        ("WRONGPASS ", RedisUnavailableReason.AuthenticationFailed, true),
        ("CLUSTERDOWN ", RedisUnavailableReason.ClusterDown, true),
        ("TRYAGAIN ", RedisUnavailableReason.ClusterDown, false),
    ];

    /// <summary>When it is worth trying again: soon for what passes by itself, later for what somebody has to mend.</summary>
    public TimeSpan RetryAfter => Reason switch
    {
        RedisUnavailableReason.OutOfMemory or RedisUnavailableReason.PersistenceFailing or RedisUnavailableReason.ReadOnly
            or RedisUnavailableReason.NotPermitted or RedisUnavailableReason.AuthenticationFailed => TimeSpan.FromSeconds(5),
        _ => TimeSpan.FromSeconds(1),
    };

    public static RedisFailure? Of(Exception exception) => exception switch
    {
        RedisConnectionException when IsAuthentication(exception) => new(RedisUnavailableReason.AuthenticationFailed, true, false),
        RedisConnectionException connection =>
            new(RedisUnavailableReason.ConnectionLost, true, connection.CommandStatus != CommandStatus.WaitingToBeSent),
        TimeoutException => new(RedisUnavailableReason.TimedOut, true, true),
        OptionsValidationException => new(RedisUnavailableReason.ConnectionLost, true, false),
        ObjectDisposedException => new(RedisUnavailableReason.ConnectionLost, true, false),
        RedisServerException server => OfReply(server.Message),
        _ => null,
    };

    /// <summary>Whether a key holds another type than was asked for: not ours, or damaged.</summary>
    public static bool IsWrongType(Exception exception) =>
        exception is RedisServerException && exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal);

    /// <summary>The reason in metrics and traces.</summary>
    public static string Word(RedisUnavailableReason reason) => reason switch
    {
        RedisUnavailableReason.BreakerOpen => "breaker_open",
        RedisUnavailableReason.ConnectionLost => "connection_lost",
        RedisUnavailableReason.TimedOut => "timed_out",
        RedisUnavailableReason.Loading => "loading",
        RedisUnavailableReason.Busy => "busy",
        RedisUnavailableReason.AuthenticationFailed => "authentication_failed",
        RedisUnavailableReason.NotPermitted => "not_permitted",
        RedisUnavailableReason.OutOfMemory => "out_of_memory",
        RedisUnavailableReason.PersistenceFailing => "persistence_failing",
        RedisUnavailableReason.ReadOnly => "read_only",
        _ => "cluster_down",
    };

    // Where there is no connection, the reason why is inside.
    private static bool IsAuthentication(Exception? exception) =>
        exception is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
        || (exception is not null && IsAuthentication(exception.InnerException));

    private static RedisFailure? OfReply(string message)
    {
        foreach (var (prefix, reason, counts) in Replies)
        {
            if (message.StartsWith(prefix, StringComparison.Ordinal))
            {
                return new RedisFailure(reason, counts, false);
            }
        }

        return null;
    }
}
