using Platform.Tasks;
using Platform.Tasks.Handlers;

namespace Platform.WorkerApp;

/// <summary>Workers as a process of their own, so that they can be killed and paused. What they do is written outside Redis.</summary>
internal static class WorkerProcess
{
    public static void Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);

        builder.Logging.ClearProviders();
        builder.AddTaskWorkers("tasks");
        builder.Services.AddSingleton<EffectTable>();
        builder.Services.AddSingleton<StaleWrites>();
        builder.Services.AddTaskHandler<EffectHandler, EffectPayload>(EffectHandler.Type, new TaskTypeOptions { IsFireAndForget = true });
        builder.Services.AddTaskHandler<ExitHandler, ExitPayload>(ExitHandler.Type, new TaskTypeOptions { MaxAttempts = 3 });

        var app = builder.Build();

        app.Services.GetRequiredService<StaleWrites>();
        app.MapGet("/alive", () => Results.Ok());
        app.MapGet("/stale-writes", (StaleWrites writes) => writes.Count);

        app.Run();
    }
}
