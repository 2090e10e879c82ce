using Platform.Redis.Keys;

namespace Platform.Redis.Idempotency;

internal static class IdempotencyKeys
{
    public static readonly KeyFamily[] All = [];
}
