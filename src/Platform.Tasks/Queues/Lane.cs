using Platform.Tasks.Client;
using StackExchange.Redis;

namespace Platform.Tasks.Queues;

/// <summary>The tasks of one queue that have one priority: a stream of their own.</summary>
/// <param name="Name">Stands in every task, as in <c>default.normal</c>.</param>
/// <param name="Key">The stream.</param>
internal sealed record Lane(string Name, string Queue, TaskPriority Priority, RedisKey Key)
{
    /// <summary>As it stands in the lane's name and in JSON.</summary>
    public string PriorityWord => Word(Priority);

    public static string NameOf(string queue, TaskPriority priority) => $"{queue}.{Word(priority)}";

    /// <summary>The queue that a lane's name begins with.</summary>
    public static string QueueOf(string name) => name[..name.LastIndexOf('.')];

    private static string Word(TaskPriority priority) => priority switch
    {
        TaskPriority.High => "high",
        TaskPriority.Low => "low",
        _ => "normal",
    };
}
