using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.TestKit;

namespace StandIns.Hosting.Tests.Orchestration;

/// <summary>An application of one test: random ports, no console, nothing left behind.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string EchoProject =
        Path.Combine(Repository.Root, "tests", "StandIns.Hosting.Tests", "Orchestration", "EchoService", "EchoService.csproj");

    private DistributedApplication? _app;

    public TestApp(bool randomizePorts = true, params string[] arguments) =>
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = [$"--DcpPublisher:RandomizePorts={randomizePorts}", "--DcpPublisher:WaitForResourceCleanup=true", .. arguments],
        });

    public IDistributedApplicationBuilder Builder { get; }

    public DistributedApplication App => _app ?? throw new InvalidOperationException("The application is not started.");

    public ResourceNotificationService Notifications => App.ResourceNotifications;

    /// <summary>The service that answers with its process id.</summary>
    public IResourceBuilder<ProjectResource> AddEcho(string name, int replicas = 1, int? port = null, params (string Name, string Value)[] variables)
    {
        var resource = new ProjectResource(name);
        var endpoint = new EndpointAnnotation(ProtocolType.Tcp, "http", name: "http", port: port);
        var builder = Builder.AddResource(resource)
            .WithAnnotation(new ProjectMetadata(EchoProject))
            .WithAnnotation(endpoint)
            .WithAnnotation(new ReplicaAnnotation(replicas))
            .WithAnnotation(new EnvironmentCallbackAnnotation(context =>
            {
                context.EnvironmentVariables["ASPNETCORE_URLS"] = $"http://localhost:{context.Instance!.TargetPorts["http"]}";
                foreach (var (variable, value) in variables)
                {
                    context.EnvironmentVariables[variable] = value;
                }
            }));
        var key = $"{name}_http_check";
        Builder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            using var client = new HttpClient();
            using var answer = await client.GetAsync(new EndpointReference(resource, endpoint).Url + "/health", cancellationToken);
            return answer.IsSuccessStatusCode ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"It answered {(int)answer.StatusCode}.");
        });
        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    public IResourceBuilder<ExecutableResource> AddShell(string name, string script) =>
        Builder.AddResource(new ExecutableResource(name, "/bin/sh", Path.GetTempPath()))
            .WithAnnotation(new CommandLineArgsCallbackAnnotation(arguments =>
            {
                arguments.Add("-c");
                arguments.Add(script);
            }));

    public async Task StartAsync()
    {
        _app = Builder.Build();
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public static Uri UrlOf(IResourceBuilder<IResourceWithEndpoints> resource) => new(resource.Resource.GetEndpoint("http").Url);

    public CustomResourceSnapshot Snapshot(IResource resource, int replica = 0) =>
        Notifications.TryGetCurrentState(resource.GetInstances()[replica].Name, out var current)
            ? current.Snapshot
            : throw new InvalidOperationException($"{resource.Name} has no state.");

    public int ProcessId(IResource resource, int replica = 0) => Convert.ToInt32(Property(resource, OrchestrationProperties.ProcessId, replica), CultureInfo.InvariantCulture);

    public object? Property(IResource resource, string name, int replica = 0) =>
        Snapshot(resource, replica).Properties.FirstOrDefault(property => property.Name == name)?.Value;

    public Task HealthyAsync(IResource resource) => Eventually.TrueAsync(
        () => resource.GetInstances().All(instance => Snapshot(resource, instance.Index).HealthStatus == HealthStatus.Healthy),
        Patience, $"{resource.Name} is healthy");

    public Task StateAsync(IResource resource, string state) => Eventually.TrueAsync(
        () => Snapshot(resource).State?.Text == state, Patience, $"{resource.Name} is {state}");

    public async Task<IReadOnlyList<string>> LogAsync(IResource resource)
    {
        var lines = new List<string>();
        await foreach (var some in App.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource.GetInstances()[0].Name))
        {
            lines.AddRange(some.Select(line => line.Content));
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync().WaitAsync(Patience);
            await _app.DisposeAsync();
        }
    }
}
