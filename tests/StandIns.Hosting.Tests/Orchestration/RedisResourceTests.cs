using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Redis.Provisioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.TestKit;
using StackExchange.Redis;

namespace StandIns.Hosting.Tests.Orchestration;

public class RedisResourceTests
{
    private const string Password = "a password nobody should see";

    [Fact]
    public async Task Kill_OfTheServer_ComesBackOnItsPortWithItsData()
    {
        await using var app = new TestApp();
        var redis = AddRedis(app, "redis-server --requirepass $REDIS_PASSWORD --appendonly yes");
        await app.StartAsync();
        await app.HealthyAsync(redis.Resource);
        await using var client = await ConnectAsync(redis);
        await client.GetDatabase().StringSetAsync("kept", "yes");
        var first = app.ProcessId(redis.Resource);
        Assert.DoesNotContain(Password, await File.ReadAllTextAsync($"/proc/{first}/cmdline"), StringComparison.Ordinal);

        RunningProcess.Kill(first);

        await Eventually.TrueAsync(async () => await client.GetDatabase().StringGetAsync("kept") == "yes", TestApp.Patience, "the data is back");
        await Eventually.TrueAsync(
            () => app.Property(redis.Resource, OrchestrationProperties.Restarts) is 1, TestApp.Patience, "the restart is counted");
        Assert.NotEqual(first, app.ProcessId(redis.Resource));
    }

    [Fact]
    public async Task Dispose_InATest_LeavesNoServerAndNoData()
    {
        string directory;
        int process;
        await using (var app = new TestApp())
        {
            var redis = AddRedis(app, "redis-server --requirepass $REDIS_PASSWORD");
            redis.WithAnnotation(new ContainerMountAnnotation("a-volume", "/data", ContainerMountType.Volume, isReadOnly: false));
            await app.StartAsync();
            await app.HealthyAsync(redis.Resource);
            directory = Assert.IsType<string>(app.Property(redis.Resource, OrchestrationProperties.WorkingDirectory));
            process = app.ProcessId(redis.Resource);
            Assert.True(Directory.Exists(directory));
        }

        Assert.False(RunningProcess.IsAlive(process));
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Start_ArgumentTheServerDoesNotKnow_IsShown()
    {
        await using var app = new TestApp();
        var redis = AddRedis(app, "redis-server --no-such-setting yes");
        await app.StartAsync();

        await app.StateAsync(redis.Resource, KnownResourceStates.Exited);

        Assert.Contains(await app.LogAsync(redis.Resource), line => line.Contains("no-such-setting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_ConnectionStringGiven_NothingIsStarted()
    {
        await using var server = await RedisServer.StartAsync();
        await using var app = new TestApp(true, $"--ConnectionStrings:redis={server.ConnectionString}");
        var redis = AddRedis(app, "redis-server --requirepass $REDIS_PASSWORD");
        await app.StartAsync();

        await app.HealthyAsync(redis.Resource);

        Assert.Null(app.Property(redis.Resource, OrchestrationProperties.ProcessId));
        Assert.StartsWith("external: 127.0.0.1:", app.Property(redis.Resource, CustomResourceKnownProperties.Source) as string, StringComparison.Ordinal);
        Assert.Equal(server.Port, redis.Resource.GetEndpoint("tcp").Port);
        Assert.True(redis.Resource.TryGetLastAnnotation<GivenRedisAnnotation>(out var given));
        Assert.Equal(server.ConnectionString, await given.ConnectionString.GetValueAsync(CancellationToken.None));
        Assert.Equal(server.Password, await given.Password!.GetValueAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Start_GivenRedisRefusesThePassword_FailsWithItsReasonAndNoSecret()
    {
        await using var server = await RedisServer.StartAsync();
        await using var app = new TestApp(true, $"--ConnectionStrings:redis=127.0.0.1:{server.Port},password=wrong-one");
        var redis = AddRedis(app, "redis-server");
        var waiter = app.AddShell("waiter", "sleep 600").WithAnnotation(new WaitAnnotation(redis.Resource, WaitType.WaitUntilHealthy));
        await app.StartAsync();

        await app.StateAsync(redis.Resource, KnownResourceStates.FailedToStart);
        await app.StateAsync(waiter.Resource, KnownResourceStates.FailedToStart);

        var problem = app.Property(redis.Resource, OrchestrationProperties.Problem) as string;
        Assert.Contains("WRONGPASS", problem, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:redis", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_GivenTextIsNoConnectionString_NamesTheSetting()
    {
        await using var app = new TestApp(true, "--ConnectionStrings:redis=localhost:1,passwort=secret");
        AddRedis(app, "redis-server");

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);

        Assert.Contains("ConnectionStrings__redis", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForVolume_UsedTwiceAtOnce_IsRefusedAndFreeAfterwards()
    {
        var application = $"test-{Guid.NewGuid():N}";
        string path;
        using (var first = RedisDataDirectory.ForVolume(application, "data"))
        {
            path = first.Path;
            var exception = Assert.Throws<InvalidOperationException>(() => RedisDataDirectory.ForVolume(application, "data"));
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }

        RedisDataDirectory.ForVolume(application, "data").Dispose();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static IResourceBuilder<ContainerResource> AddRedis(TestApp app, string command)
    {
        var resource = new ContainerResource("redis", "/bin/sh");
        RedisProvisioning.Attach(app.Builder, resource);
        app.Builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "redis_check",
            _ => new RedisHealthCheck(async cancellationToken => resource.TryGetLastAnnotation<GivenRedisAnnotation>(out var given)
                ? await given.ConnectionString.GetValueAsync(cancellationToken)
                : ConnectionString(resource, command)),
            failureStatus: null,
            tags: null));
        return app.Builder.AddResource(resource)
            .WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, "redis", name: "tcp", targetPort: 6379))
            .WithAnnotation(new ContainerImageAnnotation { Image = "library/redis", Tag = "8.6" })
            .WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["REDIS_PASSWORD"] = Password))
            .WithAnnotation(new CommandLineArgsCallbackAnnotation(arguments =>
            {
                arguments.Add("-c");
                arguments.Add(command);
            }))
            .WithAnnotation(new HealthCheckAnnotation("redis_check"));
    }

    private static string ConnectionString(ContainerResource resource, string command) =>
        $"localhost:{resource.GetEndpoint("tcp").Port}{(command.Contains("requirepass", StringComparison.Ordinal) ? $",password={Password}" : "")}";

    private static async Task<ConnectionMultiplexer> ConnectAsync(IResourceBuilder<ContainerResource> redis) =>
        await ConnectionMultiplexer.ConnectAsync($"localhost:{redis.Resource.GetEndpoint("tcp").Port},password={Password},abortConnect=false");
}
