using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Redis.Scripting;
using Platform.Redis.Sealing;
using Platform.ServiceDefaults.Http;
using Platform.Tasks;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace TaskService.SendNotification;

/// <summary>
/// What is gathered for people until its window is over, sealed. Whoever opens a digest enqueues its sending as a delayed task; where they died
/// before that, the next who joins does, or they themselves when they are tried again. So does who joins one whose sending is overdue.
/// </summary>
internal sealed class NotificationDigests(
    RedisStore redis, TaskKeys keys, TaskStore tasks, TaskLanes lanes, TaskDigests digests, TaskPayloads payloads, SealerProvider sealers, TimeProvider time)
{
    /// <summary>The field that tells how many digests of a person there are.</summary>
    public const string CountField = "digests";

    private const int MostListed = 20;
    private const int MostDigests = 100;
    private const string Purpose = "notification-digest";

    /// <summary>A sending that is this late is not waited for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private static readonly RedisScript JoinDigest = RedisScript.FromResource(typeof(NotificationDigests).Assembly, "JoinDigest.lua");
    private static readonly RedisScript CloseDigest = RedisScript.FromResource(typeof(NotificationDigests).Assembly, "CloseDigest.lua");
    private static readonly RedisScript RemoveDigest = RedisScript.FromResource(typeof(NotificationDigests).Assembly, "RemoveDigest.lua");

    private static readonly GatheredNotification Unreadable = new("", "This line cannot be read: it was sealed with another key.");

    private readonly ValueSealer _sealer = sealers.For(Purpose);

    /// <returns>When it will be sent.</returns>
    /// <exception cref="DeliveryLostException">Another attempt has taken over.</exception>
    public async Task<DateTimeOffset> JoinAsync(
        TaskContext context, SendNotificationPayload payload, DigestOptions options, CancellationToken cancellationToken)
    {
        // What one sends somebody never meets what another sends them, or they themselves.
        var key = digests.Of(Purpose, context.Owner, $"{payload.UserId}\n{options.Key}");
        var call = new JoinCall(
            context, payload.UserId, key, options.Window,
            Seal(payload.UserId, new GatheredNotification(payload.Category, payload.Title, payload.Body, payload.Link, payload.Data)),
            Seal(payload.UserId, new GatheredNotification(payload.Category, payload.Title)));
        var (digest, due, sending) = await JoinAsync(call, enqueued: 0, cancellationToken);
        if (sending > 0)
        {
            await PlanAsync(context.Delivery.Lane.Queue, new SendDigestPayload(payload.UserId, key, digest), sending, due, cancellationToken);
            await JoinAsync(call, sending, cancellationToken);
        }

        return time.GetUtcNow() + due;
    }

    /// <returns>What the digest holds, now that nothing joins it any more; null where it was sent before, or erased.</returns>
    public async Task<GatheredNotifications?> CloseAsync(SendDigestPayload digest, CancellationToken cancellationToken)
    {
        var found = (RedisResult[])(await RedisPatience.UntilAnsweredAsync(
            () => redis.EvaluateAsync(CloseDigest, [keys.Digests(digest.UserId)], [digest.Key, digest.Id, MostListed], cancellationToken), cancellationToken))!;
        return (long)found[0] == 0 ? null : new GatheredNotifications((long)found[0], [.. found.Skip(1).Select(entry => Open(digest.UserId, (byte[])entry!))]);
    }

    public Task RemoveAsync(SendDigestPayload digest, CancellationToken cancellationToken) => RedisPatience.UntilAnsweredAsync(
        () => redis.EvaluateAsync(RemoveDigest, [keys.Digests(digest.UserId)], [digest.Id, MostListed], cancellationToken), cancellationToken);

    /// <summary>What is gathered for a person, as far as it is listed; a line that does not open says so.</summary>
    public async Task<IReadOnlyList<GatheredNotification>> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        var fields = await redis.ExecuteAsync("digest.read", database => database.HashGetAllAsync(keys.Digests(userId)), cancellationToken);
        return
        [
            .. fields.Where(field => int.TryParse(((string)field.Name!).Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Select(field => TryOpen(userId, (byte[])field.Value!) ?? Unreadable),
        ];
    }

    private async Task<(string Digest, TimeSpan Due, int Sending)> JoinAsync(JoinCall call, int enqueued, CancellationToken cancellationToken)
    {
        var answer = Array.Empty<RedisResult>();
        await call.Context.WriteAsync(
            async () =>
            {
                answer = (RedisResult[])(await redis.EvaluateAsync(
                    JoinDigest,
                    [keys.Item(call.Context.TaskId), keys.Digests(call.UserId), keys.Erased(TaskPersonalData.Digest(call.UserId))],
                    [
                        call.Context.Fence, call.Context.TaskId, call.Key, (long)call.Window.TotalMilliseconds, (long)TaskKeys.LongestDataLifetime.TotalMilliseconds,
                        call.Alone, call.OneOfMany, MostListed, MostDigests, enqueued, (long)Grace.TotalMilliseconds,
                    ],
                    cancellationToken))!;
                return (int)answer[0] == 0 ? Hold.Lost : Hold.Held;
            },
            cancellationToken);
        return (int)answer[0] switch
        {
            2 => throw new TaskFailedException("person_erased", "The person was erased."),
            3 => throw new TaskRetryException("too_many_digests", $"The person has {MostDigests} digests that wait to be sent.", retryAfter: null),
            _ => ((string)answer[1]!, TimeSpan.FromMilliseconds((long)answer[2]), (int)answer[3]),
        };
    }

    /// <summary>Whoever does so again finds that it was done: the digest's id is claimed, once for each sending.</summary>
    private async Task PlanAsync(string queue, SendDigestPayload digest, int sending, TimeSpan due, CancellationToken cancellationToken)
    {
        var id = PlatformId.New("tsk");
        var task = new NewTask(
            id, SendDigestHandler.Type, Owner: "", payloads.Encode(id, SendDigestHandler.Type, digest), Attachment: null,
            new IdempotencyClaim(digests.Of("notification-digest-sending", digest.UserId, $"{digest.Id}:{sending}"), "1"), Activity.Current?.Id)
        {
            Lane = lanes.Find(queue, TaskPriority.Normal),
            Delay = due,
        };
        await RedisPatience.UntilAnsweredAsync(() => tasks.SubmitAsync(task, cancellationToken), cancellationToken);
    }

    private byte[] Seal(string userId, GatheredNotification notification) =>
        _sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(notification, JsonDefaults.Options), Encoding.UTF8.GetBytes(userId));

    private GatheredNotification Open(string userId, byte[] entry) =>
        TryOpen(userId, entry) ?? throw new TaskFailedException("digest_unreadable", "What was gathered was sealed with another key.");

    private GatheredNotification? TryOpen(string userId, byte[] entry)
    {
        try
        {
            return JsonSerializer.Deserialize<GatheredNotification>(_sealer.Open(entry, Encoding.UTF8.GetBytes(userId)), JsonDefaults.Options)!;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <param name="Alone">The notification, sealed, should it be the only one.</param>
    /// <param name="OneOfMany">The same, sealed, in short.</param>
    private sealed record JoinCall(TaskContext Context, string UserId, string Key, TimeSpan Window, byte[] Alone, byte[] OneOfMany);
}
