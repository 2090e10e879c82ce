namespace Platform.Tasks.Queues;

/// <summary>How a queue stands.</summary>
/// <param name="IsPaused">Whether nothing is taken from it now.</param>
/// <param name="PausedUntil">When that ends by itself; null where somebody has to end it.</param>
/// <param name="Lanes">By priority, the highest first.</param>
/// <param name="Delayed">Tasks that wait for their time.</param>
/// <param name="NextDueAt">When that of the first has come.</param>
/// <param name="Dependent">Tasks that wait for others to end.</param>
internal sealed record QueueState(
    string Name, bool IsPaused, DateTimeOffset? PausedUntil, IReadOnlyList<LaneState> Lanes, long Delayed, DateTimeOffset? NextDueAt, long Dependent)
{
    public long Waiting => Lanes.Sum(lane => lane.Waiting);

    public long Running => Lanes.Sum(lane => lane.Running);

    public long Entered => Lanes.Sum(lane => lane.Entered);

    public TimeSpan OldestAge => Lanes.Max(lane => lane.OldestAge);
}

/// <param name="Waiting">For a worker.</param>
/// <param name="Running">Given to a worker.</param>
/// <param name="OldestAge">How long the first of the waiting has waited; zero where none waits.</param>
/// <param name="Entered">How many ever came into it.</param>
internal sealed record LaneState(Lane Lane, long Waiting, long Running, TimeSpan OldestAge, long Entered);
