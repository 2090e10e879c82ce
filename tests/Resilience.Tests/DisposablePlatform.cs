using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Platform.TestKit;

namespace Resilience.Tests;

/// <summary>An application of a test's own, to do harm to.</summary>
internal sealed class DisposablePlatform : IAsyncDisposable
{
    public static readonly string[] Services = ["userservice", "taskservice", "notificationservice", "privacyservice"];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly DistributedApplication _app;
    private readonly ConcurrentDictionary<string, ResourceEvent> _resources = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _following;

    private DisposablePlatform(DistributedApplication app)
    {
        _app = app;
        _following = FollowAsync();
    }

    public static Task<DisposablePlatform> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <param name="environment">Variables for every service, such as <c>Auth__RevocationStaleness</c>.</param>
    /// <param name="arguments">Of the AppHost.</param>
    public static async Task<DisposablePlatform> StartAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(arguments, timeout.Token);
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            foreach (var (name, value) in environment)
            {
                builder.CreateResourceBuilder(service).WithEnvironment(name, value);
            }
        }

        var app = await builder.BuildAsync(timeout.Token);
        var platform = new DisposablePlatform(app);
        await app.StartAsync(timeout.Token);
        await Task.WhenAll(Services.Select(service => app.ResourceNotifications.WaitForResourceHealthyAsync(service, timeout.Token)));
        return platform;
    }

    public HttpClient ClientOf(string service) => _app.CreateHttpClient(service, "http");

    /// <summary>The connection string of the platform's Redis.</summary>
    public async Task<string> RedisAsync(CancellationToken cancellationToken) => (await _app.GetConnectionStringAsync("redis", cancellationToken))!;

    public Task<Person> SignInAsync(CancellationToken cancellationToken) => Person.SignInAsync(ClientOf, cancellationToken);

    /// <summary>The processes of all copies of a resource that run now.</summary>
    public IReadOnlyList<int> ProcessIds(string resource) =>
    [
        .. _resources.Values.Where(state => state.Resource.Name == resource)
            .Select(state => state.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value)
            .Where(processId => processId is not null)
            .Select(processId => Convert.ToInt32(processId, CultureInfo.InvariantCulture))
            .Where(RunningProcess.IsAlive),
    ];

    public IReadOnlyList<int> AllProcessIds() => [.. Services.Append("redis").SelectMany(ProcessIds)];

    /// <summary>Waits until the resource runs in another process than the given one, and is healthy again.</summary>
    public async Task WaitForRestartAsync(string resource, int oldProcessId, CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(ProcessIds(resource).Any(processId => processId != oldProcessId)), TimeSpan.FromSeconds(20), $"{resource} is started again");
        await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _disposing.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposing.Dispose();
    }

    private async Task FollowAsync()
    {
        await foreach (var state in _app.ResourceNotifications.WatchAsync(_disposing.Token))
        {
            _resources[state.ResourceId] = state;
        }
    }
}
