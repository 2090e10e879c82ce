namespace Platform.Redis.RateLimiting;

/// <summary>How many instances share the limits, and which of them this one is.</summary>
/// <param name="Count">At least 1.</param>
/// <param name="Rank">From 0; the first ones get what does not divide.</param>
internal sealed record InstanceShare(int Count, int Rank)
{
    /// <summary>This instance's part. The parts of all instances add up to the whole.</summary>
    public int Of(int whole) => (whole / Count) + (Rank < whole % Count ? 1 : 0);

    /// <summary>This instance's part of what all instances may grant in the window in which Redis went away: whole / count.</summary>
    public int FirstOf(int whole) => Of(whole / Count);
}
