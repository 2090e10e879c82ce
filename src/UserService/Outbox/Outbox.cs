using System.Diagnostics;
using System.Text.Json;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Http;
using UserService.Keys;

namespace UserService.Outbox;

/// <summary>
/// What other services are to do: kept in Redis, sealed, until they have done it. Whoever sends need not wait for them, nor for their being
/// there; <see cref="OutboxWorker"/> delivers.
/// </summary>
internal sealed class Outbox(RedisStore redis, EventStreams events, UserKeys keys, Secrets secrets, ILogger<Outbox> logger)
{
    /// <summary>How many messages wait at most. More than that means that NotificationService has been away for long.</summary>
    private const int Most = 100_000;

    private const string IdPrefix = "out";

    private static readonly RedisScript AppendOutbox = RedisScript.FromResource(typeof(Outbox).Assembly, "AppendOutbox.lua");

    /// <summary>Once this returns, the message survives this process.</summary>
    /// <returns>False where too many messages wait already.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<bool> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var id = PlatformId.New(IdPrefix);
        var content = secrets.Outbox.Seal(JsonSerializer.SerializeToUtf8Bytes(message, JsonDefaults.Options), id);
        var kept = (int)await redis.EvaluateAsync(
            AppendOutbox, [keys.Outbox], [Most, events.WakeChannel, id, content, Activity.Current?.Id ?? ""], cancellationToken) == 1;
        if (!kept)
        {
            logger.OutboxFull();
        }

        return kept;
    }
}
