namespace Platform.Redis.Idempotency;

/// <summary>A record that waits in memory for Redis.</summary>
/// <param name="claim">Holder and fingerprint.</param>
/// <param name="fence">The holder's number.</param>
/// <param name="expires">The end of the record.</param>
/// <param name="held">The hold on the key in Redis, which lacks the answer only; null where the key was taken in memory.</param>
internal sealed class PendingAnswer(byte[] claim, long fence, DateTimeOffset expires, IdempotencyContext? held = null)
{
    private volatile byte[]? _record;

    public ReadOnlySpan<byte> Fingerprint => IdempotencyRecord.FingerprintOf(claim).Span;

    public ReadOnlyMemory<byte> Holder => IdempotencyRecord.HolderOf(claim);

    public DateTimeOffset Expires => expires;

    public IdempotencyContext? Held => held;

    /// <summary>The record once it has its answer.</summary>
    public byte[]? Record => _record;

    public void Answer(byte state, ReadOnlySpan<byte> answer) => _record = IdempotencyRecord.Create(state, fence, claim, answer);
}
