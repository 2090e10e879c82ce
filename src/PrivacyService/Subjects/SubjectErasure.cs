using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.Redis.Sealing;
using PrivacyService.Activity;
using PrivacyService.Vault;

namespace PrivacyService.Subjects;

/// <summary>
/// Destroys everything that is kept here about a subject, and keeps a receipt of it. Unlike the erasure of a person from all services, it is no
/// farewell: after a minute, within which whatever was under way ends, something new may be kept under a new key.
/// </summary>
internal sealed class SubjectErasure(
    RedisStore redis, PrivacyKeys keys, MasterKeys master, VaultPersonalData vault, ActivityStore activity, SealerProvider sealers, TimeProvider time)
{
    public const string ReceiptPrefix = "rcp";

    private static readonly TimeSpan Mark = TimeSpan.FromMinutes(1);
    private static readonly RedisScript KeepReceipt = RedisScript.FromResource(typeof(SubjectErasure).Assembly, "KeepReceipt.lua");

    private readonly byte[] _receiptKey = sealers.DeriveKey("privacy erasure receipts");

    /// <summary>Returns when nothing is left. May be repeated, whatever it was interrupted by.</summary>
    /// <exception cref="RedisUnavailableException">Something may be left, but not the key that opens it once the first step was done: repeat it.</exception>
    public async Task<SubjectReceipt> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        var owner = master.Owner(userId);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        ErasureResponse answer;
        do
        {
            answer = await vault.EraseAsync(owner, Mark, cancellationToken);
            foreach (var item in answer.Items)
            {
                counts[item.Kind] = counts.GetValueOrDefault(item.Kind) + item.Count;
            }
        }
        while (!answer.Done);

        counts["events"] = await activity.EraseAsync(owner.Partition, Mark, cancellationToken);
        var receipt = new SubjectReceipt(
            PlatformId.New(ReceiptPrefix), owner.Partition, time.GetUtcNow(), [.. counts.Select(count => new ErasedItems(count.Key, count.Value))]).Sign(_receiptKey);
        await redis.EvaluateAsync(
            KeepReceipt, [keys.Receipt(receipt.Id)], [receipt.ToUtf8(), (long)PrivacyKeys.ReceiptLife.TotalMilliseconds], cancellationToken);
        return receipt;
    }

    /// <returns>Null where there is none, or it was altered.</returns>
    public async Task<SubjectReceipt?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var kept = (byte[]?)await redis.ExecuteAsync("receipt.find", database => database.StringGetAsync(keys.Receipt(id)), cancellationToken);
        try
        {
            return kept is not null && JsonSerializer.Deserialize(kept, ReceiptJson.Default.SubjectReceipt) is { } receipt && receipt.Id == id && receipt.IsSignedWith(_receiptKey)
                ? receipt
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
