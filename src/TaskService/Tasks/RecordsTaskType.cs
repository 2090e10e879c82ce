using Platform.Tasks.Handlers;

namespace TaskService.Tasks;

/// <summary>That tasks of a type come with a file of records, and how the options beside the file become the payload.</summary>
internal sealed record RecordsTaskType(string Name, Func<TaskOptionsReader, object> FromOptions);

internal static class RecordsTaskTypeExtensions
{
    /// <summary>Registers who runs tasks of a type that takes a file of records.</summary>
    /// <param name="name">Stable: it is written into every task.</param>
    /// <param name="fromOptions">Makes the payload from the options that come with the file.</param>
    public static IServiceCollection AddRecordsTaskHandler<THandler, TPayload>(
        this IServiceCollection services, string name, Func<TaskOptionsReader, TPayload> fromOptions)
        where THandler : class, ITaskHandler<TPayload>
        where TPayload : class =>
        services.AddTaskHandler<THandler, TPayload>(name).AddSingleton(new RecordsTaskType(name, fromOptions));
}
