using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Platform.Tasks.Handlers;

namespace TaskService.Tests.Functional;

internal sealed record TestPayload(int Number = 0);

/// <summary>What tasks of the type <c>test</c> do, and a ledger of what they did.</summary>
internal sealed class TestWork
{
    public const string Type = "test";

    public Func<TestPayload, TaskContext, CancellationToken, Task<TaskOutcome>> Run { get; set; } = (_, _, _) => Task.FromResult(TaskOutcome.None);

    public TaskTypeOptions? Options { get; init; }

    public ConcurrentQueue<(int Number, int Attempt)> Ledger { get; } = new();

    public void AddTo(IServiceCollection services) => services.AddSingleton(this).AddTaskHandler<TestHandler, TestPayload>(Type, Options);
}

internal sealed class TestHandler(TestWork work) : ITaskHandler<TestPayload>
{
    public Task<TaskOutcome> RunAsync(TestPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        work.Ledger.Enqueue((payload.Number, context.Attempt));
        return work.Run(payload, context, cancellationToken);
    }
}
