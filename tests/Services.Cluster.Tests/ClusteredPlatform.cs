using Platform.TestKit;

[assembly: AssemblyFixture(typeof(Services.Cluster.Tests.ClusteredPlatform))]

namespace Services.Cluster.Tests;

/// <summary>The four services as processes, wired as the AppHost wires them, on one Redis Cluster.</summary>
public sealed class ClusteredPlatform : IAsyncLifetime
{
    private static readonly string[] Names = ["UserService", "TaskService", "NotificationService", "PrivacyService"];

    private readonly Dictionary<string, Replica> _services = [];
    private readonly string _secret = Guid.NewGuid().ToString("n");
    private RedisCluster? _cluster;

    public RedisCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    public async ValueTask InitializeAsync()
    {
        _cluster = await RedisCluster.StartAsync(nodeTimeout: TimeSpan.FromSeconds(2));
        await StartAsync("UserService", [("Admin:Password", "correct horse battery staple admin"), .. Names.Select(name => ($"Clients:{Name(name)}:Secret", _secret))]);
        await Task.WhenAll(StartAsync("NotificationService"), StartAsync("PrivacyService"));
        await StartAsync("TaskService");
    }

    public HttpClient ClientOf(string service) => new() { BaseAddress = _services[service].Client.BaseAddress };

    public Task<Person> SignInAsync(CancellationToken cancellationToken) => Person.SignInAsync(ClientOf, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private async Task StartAsync(string project, params (string Name, string Value)[] settings)
    {
        (string, string)[] addresses;
        lock (_services)
        {
            addresses = [.. _services.Select(service => ($"services:{service.Key}:http:0", service.Value.Client.BaseAddress!.ToString().TrimEnd('/')))];
        }

        // Beside this assembly's folder: artifacts/bin/<project>/<configuration>/.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var assembly = Path.Combine(folder.Parent!.Parent!.FullName, project, folder.Name, project + ".dll");
        var service = await Replica.StartAsync(
            assembly,
            [
                ("environment", "Development"),
                ("ConnectionStrings:redis", Cluster.ConnectionString),
                ("Redis:Isolation", "Prefix"),
                ("Auth:Issuer", "http://userservice.test"),
                ("Auth:ClientId", Name(project)),
                ("Auth:ClientSecret", _secret),
                ("Sealing:Key", "sealing-key-of-" + project + "-for-tests"),
                ("Registration:EmailConfirmation", "Off"),
                .. addresses,
                .. settings,
            ]);
        lock (_services)
        {
            _services.Add(Name(project), service);
        }
    }

    private static string Name(string project) => project.ToLowerInvariant();
}
