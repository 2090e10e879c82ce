namespace Platform.Redis.Idempotency;

/// <summary>What became of a key that a request asked for.</summary>
internal readonly struct IdempotencyAcquisition
{
    private IdempotencyAcquisition(IdempotencyOutcome outcome, IdempotencyContext? held, byte[]? record, long leaseLeft)
    {
        Outcome = outcome;
        Held = held;
        Bytes = record;
        LeaseLeft = leaseLeft;
    }

    public static IdempotencyAcquisition Reused { get; } = new(IdempotencyOutcome.Reused, null, null, 0);

    /// <summary>What is stored cannot be read.</summary>
    public static IdempotencyAcquisition Damaged { get; } = new(IdempotencyOutcome.Unknown, null, null, 0);

    public IdempotencyOutcome Outcome { get; }

    /// <summary>Of <see cref="IdempotencyOutcome.Acquired"/>.</summary>
    public IdempotencyContext? Held { get; }

    /// <summary>Of <see cref="IdempotencyOutcome.InFlight"/>, in milliseconds.</summary>
    public long LeaseLeft { get; }

    /// <summary>Of <see cref="IdempotencyOutcome.Answered"/>.</summary>
    public IdempotencyRecord Record => new(Bytes);

    private byte[]? Bytes { get; }

    public static IdempotencyAcquisition Acquired(IdempotencyContext held) => new(IdempotencyOutcome.Acquired, held, null, 0);

    public static IdempotencyAcquisition InFlight(long leaseLeft) => new(IdempotencyOutcome.InFlight, null, null, leaseLeft);

    public static IdempotencyAcquisition Of(byte[] record) => new(
        record[0] == IdempotencyRecord.InFlight ? IdempotencyOutcome.Unknown : IdempotencyOutcome.Answered, null, record, 0);
}
