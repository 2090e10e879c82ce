namespace Platform.Redis.Events;

/// <summary>What keeps a stream bounded.</summary>
/// <param name="MaxLength">About how many entries are kept; Redis trims whole nodes, so up to a hundred more may stay.</param>
/// <param name="TimeToLive">How long the stream outlives its newest entry.</param>
public sealed record EventStreamOptions(int MaxLength, TimeSpan TimeToLive)
{
    /// <summary>About how many entries are kept.</summary>
    public int MaxLength { get; init; } = MaxLength > 0 ? MaxLength : throw new ArgumentOutOfRangeException(nameof(MaxLength));

    /// <summary>How long the stream outlives its newest entry.</summary>
    public TimeSpan TimeToLive { get; init; } =
        TimeToLive >= TimeSpan.FromMilliseconds(1) ? TimeToLive : throw new ArgumentOutOfRangeException(nameof(TimeToLive));
}
