using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Users;
using Platform.Tasks;
using Platform.TestKit;
using StackExchange.Redis;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Page;

[CollectionDefinition(PageFixture.Name)]
public sealed class PageTestGroup : ICollectionFixture<PageFixture>;

/// <summary>The service on an address of its own with a Redis that may be harmed, and one browser for all tests of the page.</summary>
public sealed class PageFixture : IAsyncLifetime
{
    public const string Name = "page";

    private Surroundings? _surroundings;
    private TaskServiceApp? _app;
    private Task<Browser>? _browser;
    private ConnectionMultiplexer? _multiplexer;

    internal TaskServiceApp App => _app!;

    internal RedisServer Redis => _surroundings!.Server!;

    internal FakeSignIn SignIn { get; private set; } = null!;

    internal TestWork Work { get; } = new() { Options = new Platform.Tasks.Handlers.TaskTypeOptions { MaxAttempts = 2 } };

    internal Uri Address => App.ClientOptions.BaseAddress;

    public async ValueTask InitializeAsync()
    {
        // Awaited by those who want it, so that they are skipped where there is none.
        _browser = Browser.StartAsync(CancellationToken.None);
        _surroundings = await Surroundings.CreateWithOwnRedisAsync();
        SignIn = new FakeSignIn(_surroundings.Issuer);
        _app = new TaskServiceApp(
            _surroundings, withWorker: true,
            services =>
            {
                Work.AddTo(services);
                services.AddHttpClient(nameof(SessionsClient)).ConfigurePrimaryHttpMessageHandler(() => SignIn);
            },
            [("Tasks:Queues:0", "default"), ("Tasks:Queues:1", "aside"), ("Tasks:Serves:0", "default")]);
        _app.UseKestrel(0);
        _app.StartServer();
        _multiplexer = await ConnectionMultiplexer.ConnectAsync(_surroundings.ConnectionString);
    }

    internal async Task<string[]> DieAsync(int count, string type, string code, string message)
    {
        // The test before may be the one that takes Redis away.
        await Eventually.TrueAsync(() => _multiplexer!.IsConnected, TimeSpan.FromSeconds(30), "Redis is back");
        return await DeadTasks.AddAsync(_multiplexer!.GetDatabase(), App.Get<TaskKeys>(), count, type, code, message, DateTimeOffset.UtcNow.AddMinutes(-5));
    }

    /// <summary>A client of the service that is nobody yet.</summary>
    internal HttpClient NewClient() => App.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = Address, AllowAutoRedirect = false });

    internal HttpClient AdminClient()
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", _surroundings!.Issuer.UserToken("usr_root", "admin"));
        return client;
    }

    /// <summary>The page at a view, for an administrator who has signed in.</summary>
    internal async Task<BrowserPage> OpenAsync(string view, string name = "admin@example.com")
    {
        var browser = await _browser!;
        var page = await browser.OpenAsync(new Uri(Address, "/tasks#" + view), TestContext.Current.CancellationToken);
        await SignInAsync(page, name);
        return page;
    }

    internal static async Task SignInAsync(BrowserPage page, string name, string password = FakeSignIn.Password)
    {
        await page.TypeAsync("#sign-in input[name=name]", name);
        await page.TypeAsync("#sign-in input[name=password]", password);
        await page.ClickAsync("#sign-in button[type=submit]");
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is { IsCompletedSuccessfully: true })
        {
            await (await _browser).DisposeAsync();
        }

        if (_multiplexer is not null)
        {
            await _multiplexer.DisposeAsync();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        SignIn?.Dispose();
        await _surroundings!.DisposeAsync();
    }
}
