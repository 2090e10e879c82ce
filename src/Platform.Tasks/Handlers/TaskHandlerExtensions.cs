
namespace Platform.Tasks.Handlers;

/// <summary>Registers who runs tasks.</summary>
public static class TaskHandlerExtensions
{
    /// <summary>Registers who runs tasks of a type.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Stable: it is written into every task.</param>
    /// <param name="options">What holds for tasks of this type alone.</param>
    public static IServiceCollection AddTaskHandler<THandler, TPayload>(this IServiceCollection services, string name, TaskTypeOptions? options = null)
        where THandler : class, ITaskHandler<TPayload>
        where TPayload : class =>
        services.AddScoped<THandler>().AddSingleton(TaskType.Of<THandler, TPayload>(name, options ?? new TaskTypeOptions()));
}
