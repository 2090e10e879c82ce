namespace Platform.Redis.Idempotency;

/// <summary>A record that waits in memory for Redis.</summary>
/// <param name="claim">Holder and fingerprint.</param>
/// <param name="fence">The holder's number.</param>
/// <param name="expires">The end of the record.</param>
/// <param name="isInRedis">Whether Redis has the key, and lacks the answer only.</param>
internal sealed class PendingAnswer(byte[] claim, long fence, DateTimeOffset expires, bool isInRedis)
{
    private volatile byte[]? _record;

    public ReadOnlySpan<byte> Fingerprint => IdempotencyRecord.FingerprintOf(claim).Span;

    public ReadOnlyMemory<byte> Holder => IdempotencyRecord.HolderOf(claim);

    public DateTimeOffset Expires => expires;

    public bool IsInRedis => isInRedis;

    /// <summary>The record once it has its answer.</summary>
    public byte[]? Record => _record;

    public void Answer(byte state, ReadOnlySpan<byte> answer) => _record = IdempotencyRecord.Create(state, fence, claim, answer);
}
