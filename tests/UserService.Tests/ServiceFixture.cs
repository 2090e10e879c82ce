using Platform.TestKit;

[assembly: AssemblyFixture(typeof(UserService.Tests.ServiceFixture))]

namespace UserService.Tests;

/// <summary>One Redis and one running service for all tests that do not harm either. Tests keep apart by using accounts of their own.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private UserServiceApplication? _application;

    public RedisFixture Redis { get; } = new();

    internal UserServiceApplication Application => _application ?? throw new InvalidOperationException("The fixture is used before it is initialized.");

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        _application = new UserServiceApplication(Redis.ConnectionString);
        await _application.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
            foreach (var prefix in UserServiceApplication.UsedPrefixes)
            {
                await Task.WhenAll(RedisFixture.Keys(Redis.Multiplexer, prefix).Select(key => Redis.GetDatabase().KeyDeleteAsync(key)));
            }
        }

        await Redis.DisposeAsync();
    }
}
