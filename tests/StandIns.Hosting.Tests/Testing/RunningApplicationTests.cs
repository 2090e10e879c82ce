using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using TestedAppHost = Projects.TestedAppHost;

namespace StandIns.Hosting.Tests.Testing;

public class RunningApplicationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Application_Running_AnswersWhatTestsAsk()
    {
        await using var app = await StartAsync(["--Parameters:redis-password=S3cretPass"], "redis", "echo");

        var echo = app.GetEndpoint("echo");
        var redis = app.GetEndpoint("redis", "tcp");
        Assert.Matches("^http://localhost:[0-9]+/$", echo.ToString());
        Assert.Equal(echo, app.GetEndpoint("ECHO", "http"));
        using var client = app.CreateHttpClient("echo");
        Assert.Equal(echo, client.BaseAddress);
        Assert.Equal($"redis://localhost:{redis.Port}", redis.ToString().TrimEnd('/'));
        Assert.Equal($"localhost:{redis.Port},password=S3cretPass", await app.GetConnectionStringAsync("redis", TestContext.Current.CancellationToken));

        AssertRefused("resourceName", "Resource 'nope' not found.", () => app.GetEndpoint("nope"));
        AssertRefused("endpointName", "Endpoint 'nope' for resource 'echo' not found.", () => app.GetEndpoint("echo", "nope"));
        AssertRefused("resourceName", "Resource 'redis-password' has no allocated endpoints.", () => app.GetEndpoint("redis-password"));
        AssertRefused("resourceName", "Resource 'nope' not found.", () => app.GetConnectionStringAsync("nope").AsTask());
        AssertRefused("resourceName", "Resource 'echo' does not expose a connection string.", () => app.GetConnectionStringAsync("echo").AsTask());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_LeavesNoProcessAndNoDirectory(bool asynchronously)
    {
        var app = await StartAsync([], "redis", "echo");
        int[] processes = [ProcessOf(app, "redis"), ProcessOf(app, "echo")];
        var directory = Assert.IsType<string>(Property(app, "redis", OrchestrationProperties.WorkingDirectory));
        Assert.All(processes, process => Assert.True(RunningProcess.IsAlive(process)));
        Assert.True(Directory.Exists(directory));

        if (asynchronously)
        {
            await app.DisposeAsync();
        }
        else
        {
            await Task.Run(app.Dispose, TestContext.Current.CancellationToken);
        }

        Assert.All(processes, process => Assert.False(RunningProcess.IsAlive(process)));
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Builder_Disposed_TakesItsApplicationWithIt()
    {
        int process;
        await using (var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(["--Only=echo"], TestContext.Current.CancellationToken))
        {
            var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
            await app.StartAsync(TestContext.Current.CancellationToken);
            await HealthyAsync(app, "echo");
            process = ProcessOf(app, "echo");
        }

        Assert.False(RunningProcess.IsAlive(process));
    }

    [Fact]
    public async Task Applications_AtTheSameTime_DoNotMeet()
    {
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var apps = await Task.WhenAll(
            StartAsync([$"--Port={port}", "--Mark=one"], "echo"),
            StartAsync([$"--Port={port}", "--Mark=two"], "echo"));
        await using var one = apps[0];
        await using var two = apps[1];
        using var first = one.CreateHttpClient("echo");
        using var second = two.CreateHttpClient("echo", "http");

        Assert.NotEqual(first.BaseAddress, second.BaseAddress);
        Assert.Equal("one", await first.GetStringAsync("/environment/MARK", TestContext.Current.CancellationToken));
        Assert.Equal("two", await second.GetStringAsync("/environment/MARK", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RandomizePorts_SwitchedOff_KeepsThePort()
    {
        var port = FreePort();

        await using var app = await StartAsync([$"--Port={port}", "--DcpPublisher:RandomizePorts=false"], "echo");

        Assert.Equal(port, app.GetEndpoint("echo").Port);
    }

    private static async Task<DistributedApplication> StartAsync(string[] arguments, params string[] parts)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(
            [.. arguments, $"--Only={string.Join(',', parts)}"], TestContext.Current.CancellationToken);
        var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(parts.Select(part => HealthyAsync(app, part)));
        return app;
    }

    private static Task<ResourceEvent> HealthyAsync(DistributedApplication app, string resource) =>
        app.ResourceNotifications.WaitForResourceHealthyAsync(resource, TestContext.Current.CancellationToken).WaitAsync(Patience);

    private static int ProcessOf(DistributedApplication app, string resource) =>
        Convert.ToInt32(Property(app, resource, OrchestrationProperties.ProcessId), CultureInfo.InvariantCulture);

    private static object? Property(DistributedApplication app, string resource, string property)
    {
        var id = app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == resource).GetInstances()[0].Name;
        Assert.True(app.ResourceNotifications.TryGetCurrentState(id, out var current));
        return current.Snapshot.Properties.FirstOrDefault(p => p.Name == property)?.Value;
    }

    private static void AssertRefused(string parameter, string message, Func<object?> ask)
    {
        var exception = Assert.Throws<ArgumentException>(ask);
        Assert.Equal((parameter, $"{message} (Parameter '{parameter}')"), (exception.ParamName, exception.Message));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
