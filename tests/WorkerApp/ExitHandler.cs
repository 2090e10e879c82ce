using Platform.Tasks.Handlers;

namespace Platform.WorkerApp;

public sealed record ExitPayload(int Number);

/// <summary>Ends its process before anybody can catch it.</summary>
public sealed class ExitHandler : ITaskHandler<ExitPayload>
{
    public const string Type = "exit";

    public Task<TaskOutcome> RunAsync(ExitPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        System.Diagnostics.Process.GetCurrentProcess().Kill();
        return Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => TaskOutcome.None, TaskScheduler.Default);
    }
}
