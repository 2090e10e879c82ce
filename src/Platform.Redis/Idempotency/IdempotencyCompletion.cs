using StackExchange.Redis;

namespace Platform.Redis.Idempotency;

/// <summary>What became of an answer.</summary>
/// <param name="IsStored">It will be replayed.</param>
/// <param name="IsLost">Another took the key over, and its answer counts.</param>
/// <param name="Other">That answer, if it is there already.</param>
internal readonly record struct IdempotencyCompletion(bool IsStored, bool IsLost, byte[]? Other)
{
    public static readonly IdempotencyCompletion Stored = new(true, false, null);
    public static readonly IdempotencyCompletion NotStored = new(false, false, null);

    public static IdempotencyCompletion Of(RedisResult reply) => reply.Resp2Type != ResultType.Integer
        ? new IdempotencyCompletion(false, true, (byte[])reply!)
        : (long)reply switch
        {
            1 => Stored,
            0 => new IdempotencyCompletion(false, true, null),
            _ => NotStored,
        };
}
