namespace Platform.Benchmarks.Redis.Harness;

/// <summary>One way to do what a scenario does. The first candidate of a scenario is its floor.</summary>
internal sealed class Candidate
{
    private Candidate(string name, Goal? goal, Func<long, ValueTask>? operation, Func<int, ValueTask>? loop)
    {
        Name = name;
        Goal = goal;
        Operation = operation;
        Loop = loop;
    }

    public string Name { get; }

    public Goal? Goal { get; }

    /// <summary>One operation, run by many loops at once; the number rises and is never given twice.</summary>
    public Func<long, ValueTask>? Operation { get; }

    /// <summary>So many operations one after the other: for what is too fast to be called through a delegate each time.</summary>
    public Func<int, ValueTask>? Loop { get; }

    /// <summary>The number that the next burst begins with.</summary>
    public long Next { get; set; }

    /// <summary>Many callers at once.</summary>
    public static Candidate Concurrent(string name, Func<long, ValueTask> operation, Goal? goal = null) =>
        new(name, goal, operation, null);

    /// <summary>One caller, who runs so many operations in a loop of its own.</summary>
    public static Candidate Single(string name, Func<int, ValueTask> loop, Goal? goal = null) => new(name, goal, null, loop);

    /// <summary>The same without anything to await.</summary>
    public static Candidate Single(string name, Action<int> loop, Goal? goal = null) => new(name, goal, null, count =>
    {
        loop(count);
        return ValueTask.CompletedTask;
    });
}
