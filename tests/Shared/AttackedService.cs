using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;
using Platform.TestKit;
using Platform.TestKit.Tokens;

namespace Shared;

/// <summary>The service of the tests that this is compiled into, on Kestrel and with the log levels of production, for <see cref="TokenAttackTests"/>.</summary>
public abstract class AttackedService : IAsyncLifetime
{
    private readonly KeyTrap _trap = new();
    private WebApplicationFactory<Program>? _application;

    public RedisFixture Redis { get; } = new();

    public TokenForge Forge { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>A path that wants a signed-in person and nothing else.</summary>
    public abstract string Path { get; }

    /// <summary>What that answers to a person who has nothing yet.</summary>
    public virtual int AcceptedStatus => 200;

    /// <summary>How often the service fetched keys; zero for the one that has them.</summary>
    public abstract int KeySetLoads { get; }

    public bool FetchedAttackersKey => _trap.IsSprung;

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>A forge of somebody else's, whose session may be revoked.</summary>
    public Task<TokenForge> NewForgeAsync() => CreateForgeAsync(_trap.Address);

    /// <summary>Revokes a session as UserService does.</summary>
    public abstract Task RevokeSessionAsync(string sessionId);

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        _application = (await CreateAsync()).WithWebHostBuilder(host => host.ConfigureLogging(logging => logging.AddProvider(new LogProvider(Log))));
        _application.UseKestrel(0);
        _application.StartServer();
        Address = _application.ClientOptions.BaseAddress;
        Forge = await CreateForgeAsync(_trap.Address);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        Forge.Dispose();
        await CleanAsync();
        await Redis.DisposeAsync();
        _trap.Dispose();
    }

    private protected abstract Task<WebApplicationFactory<Program>> CreateAsync();

    private protected abstract Task<TokenForge> CreateForgeAsync(Uri trap);

    private protected abstract Task CleanAsync();

    private sealed class LogProvider(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {(state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "")} {exception}");

        public void Dispose()
        {
        }
    }
}
