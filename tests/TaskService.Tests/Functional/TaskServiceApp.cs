using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Users;
using Platform.Redis.Consumers;
using Platform.TestKit;
using Shared;
using StackExchange.Redis;

namespace TaskService.Tests.Functional;

/// <summary>One replica of the service, in memory.</summary>
internal sealed class TaskServiceApp(Surroundings surroundings, bool withWorker, Action<IServiceCollection>? services, (string Key, string Value)[] settings)
    : WebApplicationFactory<Program>
{
    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A client of a signed-in person.</summary>
    public HttpClient ClientOf(string userId, params string[] roles)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Authorization = new("Bearer", surroundings.Issuer.UserToken(userId, roles));
        client.Timeout = TimeSpan.FromMinutes(1);
        return client;
    }

    /// <summary>A client of an administrator.</summary>
    public HttpClient AdminClient() => ClientOf("usr_root", "admin");

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("ConnectionStrings:redis", surroundings.ConnectionString);
        builder.UseSetting("Redis:KeyPrefix", surroundings.Prefix);
        builder.UseSetting("Redis:OperationTimeout", "00:00:03");
        builder.UseSetting("services:privacyservice:http:0", surroundings.Fakes.Address);
        builder.UseSetting("services:notificationservice:http:0", surroundings.Fakes.Address);
        builder.UseSetting("Tasks:LeaseDuration", "00:00:01.5");
        builder.UseSetting("Tasks:PollInterval", "00:00:00.2");
        builder.UseSetting("Tasks:RetryBaseDelay", "00:00:00.05");
        builder.UseSetting("PurgeExpired:Cron", "");
        foreach (var (key, value) in surroundings.Issuer.SettingsOf("taskservice"))
        {
            builder.UseSetting(key, value);
        }

        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(surroundings.Log));
        builder.ConfigureTestServices(collection =>
        {
            collection.AddHttpClient("userservice").ConfigurePrimaryHttpMessageHandler(surroundings.Issuer.CreateHandler);
            collection.AddHttpClient(nameof(UsersClient)).ConfigurePrimaryHttpMessageHandler(() => new PeopleHandler(surroundings.Gone));
            services?.Invoke(collection);
            if (!withWorker)
            {
                foreach (var hosted in collection.Where(service => service.ServiceType == typeof(IHostedService)
                    && service.ImplementationType?.IsSubclassOf(typeof(BackgroundLoop)) == true).ToArray())
                {
                    collection.Remove(hosted);
                }
            }
        });
    }
}

/// <summary>What replicas under test share: a Redis, other services, and a key prefix of their own.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private readonly RedisFixture? _shared;
    private readonly List<TaskServiceApp> _apps = [];

    private Surroundings(RedisFixture? shared, RedisServer? server, FakeServices fakes)
    {
        _shared = shared;
        Server = server;
        Fakes = fakes;
    }

    public string ConnectionString => _shared?.ConnectionString ?? Server!.ConnectionString;

    /// <summary>A Redis of its own, for tests that harm it.</summary>
    public RedisServer? Server { get; }

    public FakeServices Fakes { get; }

    public TokenIssuer Issuer { get; } = new();

    /// <summary>People whom UserService does not know, or not any more.</summary>
    public ConcurrentDictionary<string, bool> Gone { get; } = new();

    public TestLog Log { get; } = new();

    public string Prefix { get; } = RedisFixture.NewPrefix("tasks");

    public static async Task<Surroundings> CreateAsync(RedisFixture redis) => new(redis, null, await FakeServices.StartAsync());

    public static async Task<Surroundings> CreateWithOwnRedisAsync() => new(null, await RedisServer.StartAsync(), await FakeServices.StartAsync());

    public TaskServiceApp StartApp(bool withWorker = true, Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings)
    {
        var app = new TaskServiceApp(this, withWorker, services, settings);
        _apps.Add(app);
        _ = app.Server;
        return app;
    }

    /// <summary>All events of a task that waits: a worker is started once somebody listens, so that none is missed.</summary>
    /// <param name="client">Of an application without workers.</param>
    public async Task<List<(string Id, string Event, JsonElement Data)>> RunWatchedAsync(HttpClient client, string id, params (string Key, string Value)[] settings)
    {
        var events = new List<(string Id, string Event, JsonElement Data)>();
        await foreach (var one in client.EventsAsync(id, cancellationToken: TestContext.Current.CancellationToken))
        {
            if (events.Count == 0)
            {
                StartApp(settings: settings);
            }

            events.Add(one);
        }

        return events;
    }

    /// <summary>A key as it stands in Redis.</summary>
    public RedisKey Key(string key) => Prefix + "task:" + key;

    public IEnumerable<RedisKey> Keys(string family) => RedisFixture.Keys(_shared!.Multiplexer, Prefix + "task:" + family + ":").Where(ServiceRegistry.IsOwn);

    public IDatabase Database => _shared!.GetDatabase();

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await Fakes.DisposeAsync();
        Issuer.Dispose();
        if (_shared is not null)
        {
            foreach (var key in RedisFixture.Keys(_shared.Multiplexer, Prefix).ToArray())
            {
                await _shared.GetDatabase().KeyDeleteAsync(key);
            }
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}

/// <summary>UserService, asked for people.</summary>
internal sealed class PeopleHandler(ConcurrentDictionary<string, bool> gone) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var userId = request.RequestUri!.Segments[^2].TrimEnd('/');
        return Task.FromResult(request.Headers.Authorization is null ? new HttpResponseMessage(HttpStatusCode.Unauthorized)
            : gone.ContainsKey(userId) ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(new UserSummary(userId, DisplayName: null)) });
    }
}
