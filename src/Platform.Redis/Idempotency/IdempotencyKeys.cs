using Platform.Redis.Keys;

namespace Platform.Redis.Idempotency;

internal static class IdempotencyKeys
{
    /// <summary>The partition is an HMAC: what a caller sends never enters a key as it is.</summary>
    public static readonly KeyFamily Record = new(
        "idempotency", 1, KeyType.String, KeyTtl.Within(IdempotencyOptions.LongestTimeToLive), "one for each idempotency key, 256 KiB by default",
        "Platform.Redis.Idempotency", PersonalData: true, "Who holds an idempotency key and, sealed, the answer to be given again.");

    public static readonly KeyFamily[] All = [Record];
}
