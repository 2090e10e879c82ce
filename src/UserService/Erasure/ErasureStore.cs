using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.Http;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Erasure;

/// <summary>Erasures in Redis: what is still to be done, and afterwards the receipt. Who it is about is sealed.</summary>
internal sealed class ErasureStore(RedisStore redis, UserKeys keys, Secrets secrets)
{
    public const string IdPrefix = "ers";

    private const string CountField = "count:";
    private const string DoneField = "done:";

    private static readonly TimeSpan SecondAttempt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReceiptLifetime = TimeSpan.FromDays(30);

    /// <summary>One for each person, so that it need not be looked up; an HMAC, so that it cannot be found out from the person's id.</summary>
    public string IdOf(string userId) =>
        PlatformId.Of(IdPrefix, HMACSHA256.HashData(secrets.ErasuresKey, Encoding.UTF8.GetBytes(userId)).AsSpan(0, 16));

    /// <summary>Once this returns the person will be erased. It is for the caller to try first.</summary>
    /// <returns>False when it was begun before.</returns>
    public async Task<bool> BeginAsync(string userId, CancellationToken cancellationToken)
    {
        var id = IdOf(userId);
        return (int)await redis.EvaluateAsync(
            ErasureScripts.BeginErasure,
            [keys.Erasure(id), keys.Erasures],
            [id, secrets.Erasures.Seal(Encoding.UTF8.GetBytes(userId), id), (long)SecondAttempt.TotalMilliseconds],
            cancellationToken) == 1;
    }

    /// <returns>An erasure that it is time to try (again), null when there is none.</returns>
    public async Task<string?> ClaimAsync(CancellationToken cancellationToken) => (string?)await redis.EvaluateAsync(
        ErasureScripts.ClaimErasure,
        [keys.Erasures, keys.ErasureAttempts],
        [(long)SecondAttempt.TotalMilliseconds, (long)LongestPause.TotalMilliseconds],
        cancellationToken);

    public Task RecordAsync(string id, string service, ErasureResponse erased, CancellationToken cancellationToken) => redis.EvaluateAsync(
        ErasureScripts.RecordErased,
        [keys.Erasure(id)],
        [service, erased.Done ? 1 : 0, .. erased.Items.SelectMany(items => (RedisValue[])[items.Kind, items.Count])],
        cancellationToken);

    public async Task FinishAsync(ErasureReceipt receipt, CancellationToken cancellationToken) => await redis.EvaluateAsync(
        ErasureScripts.FinishErasure,
        [keys.Erasure(receipt.Id), keys.Erasures, keys.ErasureAttempts],
        [
            receipt.Id, secrets.Erasures.Seal(JsonSerializer.SerializeToUtf8Bytes(receipt, JsonDefaults.Options), receipt.Id),
            (long)ReceiptLifetime.TotalMilliseconds,
        ],
        cancellationToken);

    /// <returns>Null when there is no such erasure, or it was done more than a month ago.</returns>
    public async Task<ErasureReceipt?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(id, IdPrefix))
        {
            return null;
        }

        var entries = await redis.ExecuteAsync("erasure.find", database => database.HashGetAllAsync(keys.Erasure(id)), cancellationToken);
        var fields = entries.ToDictionary(entry => (string)entry.Name!, entry => entry.Value, StringComparer.Ordinal);
        if (fields.TryGetValue("receipt", out var receipt))
        {
            return JsonSerializer.Deserialize<ErasureReceipt>(secrets.Erasures.Open((byte[])receipt!, id), JsonDefaults.Options);
        }

        if (!fields.TryGetValue("person", out var person))
        {
            return null;
        }

        var services = ErasedServices.All.Select(service => Read(service, fields)).ToArray();
        var userId = Encoding.UTF8.GetString(secrets.Erasures.Open((byte[])person!, id));
        return new ErasureReceipt(id, userId, ErasureReceipt.Pending, Time(fields["requested"]), CompletedAt: null, services);
    }

    private static ServiceErasure Read(string service, Dictionary<string, RedisValue> fields)
    {
        var prefix = $"{CountField}{service}:";
        var items = fields.Where(field => field.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(field => new ErasedItems(field.Key[prefix.Length..], (long)field.Value)).OrderBy(erased => erased.Kind, StringComparer.Ordinal);
        return fields.TryGetValue(DoneField + service, out var done)
            ? new ServiceErasure(service, ErasureReceipt.Done, Time(done), [.. items])
            : new ServiceErasure(service, ErasureReceipt.Pending, null, [.. items]);
    }

    private static DateTimeOffset Time(RedisValue milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
}
