using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

/// <summary>The canonical application: one Redis, four services that call one another.</summary>
internal static class TaskFlow
{
    public static IReadOnlyDictionary<string, IResourceBuilder<ProjectResource>> Write(IDistributedApplicationBuilder builder, Workspace workspace)
    {
        var redisPassword = builder.AddParameter("redis-password", secret: true);
        var redis = builder.AddRedis("redis", password: redisPassword)
            .WithDataVolume("taskflow-redis-data")
            .WithPersistence(interval: TimeSpan.FromSeconds(60), keysChangedThreshold: 10);

        var userService = builder.AddProject("userservice", workspace.AddProject("UserService", ("http", "http://localhost:5101")))
            .WithReference(redis)
            .WaitFor(redis)
            .WithEnvironment("Redis__Database", "0")
            .WithHttpHealthCheck("/health")
            .WithExternalHttpEndpoints();

        var notificationService = builder.AddProject("notificationservice", workspace.AddProject("NotificationService", ("http", "http://localhost:5103")))
            .WithReference(redis)
            .WaitFor(redis)
            .WithEnvironment("Redis__Database", "2")
            .WithHttpHealthCheck("/health")
            .WithExternalHttpEndpoints();

        var taskProject = workspace.AddProject("TaskService", ("https", "https://localhost:7102;http://localhost:5102"), ("http", "http://localhost:5102"));
        var taskService = builder.AddProject("taskservice", taskProject)
            .WithReference(redis)
            .WithReference(userService)
            .WithReference(notificationService)
            .WaitFor(redis)
            .WaitFor(userService)
            .WithEnvironment("Redis__Database", "1")
            .WithHttpHealthCheck("/health")
            .WithExternalHttpEndpoints()
            .WithReplicas(2);

        var privacyService = builder.AddProject("privacyservice", workspace.AddProject("PrivacyService", ("http", "http://localhost:5104")))
            .WithReference(redis)
            .WithReference(userService)
            .WithReference(taskService)
            .WaitFor(redis)
            .WithEnvironment("Redis__Database", "3")
            .WithEnvironment("Services__TaskUrl", taskService.GetEndpoint("http"))
            .WithHttpHealthCheck("/health");

        return new[] { userService, notificationService, taskService, privacyService }.ToDictionary(service => service.Resource.Name);
    }
}
