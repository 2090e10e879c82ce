using System.Globalization;

namespace AppHost.Resources;

internal static class TaskWorkersExtensions
{
    /// <summary>The logical database of the one Redis in which the tasks are.</summary>
    public const int TasksDatabase = 1;

    /// <summary>What the service names in <c>AddTaskWorkers</c>.</summary>
    private const string ConnectionName = "tasks";

    /// <summary>
    /// All that a service needs to host workers of the tasks beside TaskService: a connection to the tasks' database, the secret with which payloads are
    /// sealed, and queues of its own, of which TaskService and all other hosts are told too, because all have to know the same.
    /// </summary>
    /// <param name="builder">The service; in its code it has <c>AddTaskWorkers("tasks")</c> and its handlers.</param>
    /// <param name="taskService">TaskService, which has its credentials already.</param>
    /// <param name="redis">Where the tasks are.</param>
    /// <param name="queues">Those that the service serves; one at least, and none that TaskService serves: each worker has to know all that waits there.</param>
    public static IResourceBuilder<ProjectResource> WithTaskWorkers(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ProjectResource> taskService, IResourceBuilder<RedisResource> redis, params string[] queues)
    {
        if (queues.Length == 0 || queues.Contains(TaskQueues.Default, StringComparer.Ordinal))
        {
            throw new DistributedApplicationException(
                $"{builder.Resource.Name} has to serve a queue of its own. Name one in WithTaskWorkers, other than {TaskQueues.Default}, which is TaskService's.");
        }

        var known = QueuesOf(taskService);
        known.Names.AddRange(queues.Except(known.Names, StringComparer.Ordinal));
        var database = TasksDatabase.ToString(CultureInfo.InvariantCulture);
        return builder
            .WaitFor(redis)
            .WithEnvironment($"ConnectionStrings__{ConnectionName}", ReferenceExpression.Create($"{redis},defaultDatabase={database}"))
            .WithEnvironment("Tasks__SealingKey", taskService.SealingKey())
            .WithEnvironment(context =>
            {
                known.WriteTo(context);
                for (var i = 0; i < queues.Length; i++)
                {
                    context.EnvironmentVariables[$"Tasks__Serves__{i}"] = queues[i];
                }
            });
    }

    private static TaskQueues QueuesOf(IResourceBuilder<ProjectResource> taskService)
    {
        if (!taskService.Resource.TryGetLastAnnotation<TaskQueues>(out var queues))
        {
            queues = new TaskQueues();
            taskService.WithAnnotation(queues).WithEnvironment(queues.WriteTo);
        }

        return queues;
    }

    /// <summary>The queues there are, written when the whole application is known.</summary>
    private sealed class TaskQueues : IResourceAnnotation
    {
        public const string Default = "default";

        public List<string> Names { get; } = [Default];

        public void WriteTo(EnvironmentCallbackContext context)
        {
            for (var i = 0; i < Names.Count; i++)
            {
                context.EnvironmentVariables[$"Tasks__Queues__{i}"] = Names[i];
            }
        }
    }
}
