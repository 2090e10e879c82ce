using StackExchange.Redis;

namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>One way to do what a section does.</summary>
/// <param name="Group">Who does it: of several candidates of a group the best of each round counts.</param>
/// <param name="Name">How, where a group has several.</param>
internal sealed record Candidate(string Group, string Name)
{
    /// <summary>Makes ready what a burst needs and what is not measured, such as tasks to be processed.</summary>
    public Func<Task> Prepare { get; init; } = () => Task.CompletedTask;

    /// <summary>One burst.</summary>
    public required Func<Task<Burst>> Run { get; init; }

    /// <summary>Ends what <see cref="Prepare"/> or the burst began.</summary>
    public Func<Task> End { get; init; } = () => Task.CompletedTask;

    /// <summary>Whose requests are counted; none where the process is not ours.</summary>
    public Func<IConnectionMultiplexer?> Connection { get; init; } = () => null;
}
