using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Contracts.Mail;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Redis.Sealing;
using StackExchange.Redis;

namespace NotificationService.Mail;

/// <summary>E-mails that wait, sealed, in one stream for all replicas. <c>TakeMail.lua</c> tells how they are retried.</summary>
internal sealed class MailQueue(
    RedisStore redis, NotificationKeys keys, SealerProvider sealers, EventStreams events, IOptions<MailOptions> options, TimeProvider timeProvider)
{
    private const string IdPrefix = "eml";
    private const string Group = "senders";
    private const string Consumer = "sender";
    private const int Fields = 5;

    private static readonly RedisScript EnqueueMail = Load("EnqueueMail.lua");
    private static readonly RedisScript TakeMail = Load("TakeMail.lua");
    private static readonly RedisScript RemoveMail = Load("RemoveMail.lua");

    private readonly ValueSealer _sealer = sealers.For("mail");
    private readonly MailOptions _options = options.Value;

    public IDisposable OnWake(Action callback) => events.OnWake(keys.Mail, callback);

    /// <returns>The e-mail's id, the same for the same dedupe key; null when the queue is full.</returns>
    public async Task<string?> AddAsync(string sender, SendMailRequest message, CancellationToken cancellationToken)
    {
        var id = PlatformId.New(IdPrefix, timeProvider.GetUtcNow());
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            EnqueueMail,
            [keys.Mail, keys.MailDedupe(Digest(sender, message.DedupeKey))],
            [
                id, _sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web), Encoding.UTF8.GetBytes(id)),
                _options.MaxQueued, Milliseconds(_options.MaxAge), Milliseconds(NotificationKeys.MailDedupeLifetime), Group, events.WakeChannel,
            ],
            cancellationToken))!;
        return (int)answer[0] < 0 ? null : (string)answer[1]!;
    }

    /// <summary>Up to <paramref name="count"/> e-mails that are to be sent now. Each comes again after a while unless it is removed.</summary>
    public async Task<IReadOnlyList<QueuedMail>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            TakeMail,
            [keys.Mail],
            [Group, Consumer, count, Milliseconds(_options.RetryDelay), Milliseconds(_options.MaxRetryDelay)],
            cancellationToken))!;
        return [.. answer.Chunk(Fields).Select(Read)];
    }

    public Task RemoveAsync(QueuedMail mail, CancellationToken cancellationToken) =>
        redis.EvaluateAsync(RemoveMail, [keys.Mail], [Group, mail.EntryId], cancellationToken);

    private QueuedMail Read(RedisResult[] entry)
    {
        var id = (string)entry[3]!;
        var message = _sealer.TryOpen((byte[])entry[4]!, Encoding.UTF8.GetBytes(id), out var opened)
            ? JsonSerializer.Deserialize<SendMailRequest>(opened, JsonSerializerOptions.Web) : null;
        return new QueuedMail((string)entry[0]!, id, (int)entry[1], TimeSpan.FromMilliseconds((long)entry[2]), message);
    }

    private static string Digest(string sender, string dedupeKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sender}\n{dedupeKey}")).AsSpan(0, 16));

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(MailQueue).Assembly, file);
}
