using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

/// <summary>The canonical application: one Redis, four services that call one another.</summary>
internal static class Shop
{
    public static IReadOnlyDictionary<string, IResourceBuilder<ProjectResource>> Write(IDistributedApplicationBuilder builder, Workspace workspace)
    {
        var redisPassword = builder.AddParameter("redis-password", secret: true);
        var redis = builder.AddRedis("redis", password: redisPassword)
            .WithDataVolume("shop-redis-data")
            .WithPersistence(interval: TimeSpan.FromSeconds(60), keysChangedThreshold: 10);

        var accounts = builder.AddProject("accounts", workspace.AddProject("Accounts", ("http", "http://localhost:5101")))
            .WithReference(redis)
            .WaitFor(redis)
            .WithEnvironment("Redis__Database", "0")
            .WithHttpHealthCheck("/health")
            .WithExternalHttpEndpoints();

        var mailer = builder.AddProject("mailer", workspace.AddProject("Mailer", ("http", "http://localhost:5103")))
            .WithReference(redis)
            .WaitFor(redis)
            .WithEnvironment("Redis__Database", "2")
            .WithHttpHealthCheck("/health")
            .WithExternalHttpEndpoints();

        var taskProject = workspace.AddProject("Orders", ("https", "https://localhost:7102;http://localhost:5102"), ("http", "http://localhost:5102"));
        var orders = builder.AddProject("orders", taskProject)
            .WithReference(redis)
            .WithReference(accounts)
            .WithReference(mailer)
            .WaitFor(redis)
            .WaitFor(accounts)
            .WithEnvironment("Redis__Database", "1")
            .WithHttpHealthCheck("/health")
            .WithExternalHttpEndpoints()
            .WithReplicas(2);

        var archive = builder.AddProject("archive", workspace.AddProject("Archive", ("http", "http://localhost:5104")))
            .WithReference(redis)
            .WithReference(accounts)
            .WithReference(orders)
            .WaitFor(redis)
            .WithEnvironment("Redis__Database", "3")
            .WithEnvironment("Services__TaskUrl", orders.GetEndpoint("http"))
            .WithHttpHealthCheck("/health");

        return new[] { accounts, mailer, orders, archive }.ToDictionary(service => service.Resource.Name);
    }
}
