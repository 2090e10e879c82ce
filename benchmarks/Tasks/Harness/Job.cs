using System.Diagnostics;
using Platform.Tasks.Handlers;

namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>What every side's task carries: 130 bytes of JSON.</summary>
internal sealed record JobPayload(string To, string Template, string Language, int Number, string Text)
{
    public static readonly JobPayload One = new("user-12345@example.com", "welcome", "en", 12345, "0123456789abcdef0123456789abcdef012345678901");
}

/// <summary>Does nothing but count, and tell when it was begun.</summary>
internal sealed class NoOpHandler : ITaskHandler<JobPayload>
{
    private static long s_count;
    private static long s_awaited;
    private static TaskCompletionSource<long>? s_reached;

    /// <summary>How many were begun so far.</summary>
    public static long Count => Volatile.Read(ref s_count);

    /// <summary>When so many more were begun: the moment, as <see cref="Stopwatch.GetTimestamp"/> has it.</summary>
    public static Task<long> AfterAsync(long more)
    {
        var reached = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_reached = reached;
        Volatile.Write(ref s_awaited, Count + more);
        return reached.Task;
    }

    public Task<TaskOutcome> RunAsync(JobPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref s_count) == Volatile.Read(ref s_awaited))
        {
            s_reached!.SetResult(Stopwatch.GetTimestamp());
        }

        return Completed;
    }

    private static readonly Task<TaskOutcome> Completed = Task.FromResult(TaskOutcome.None);
}
