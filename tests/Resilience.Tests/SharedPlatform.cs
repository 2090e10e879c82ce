namespace Resilience.Tests;

/// <summary>An application that the tests of a class do harm to in turn: each leaves it running and healthy, which is what it shows. For a class fixture.</summary>
public abstract class SharedPlatform : IAsyncLifetime
{
    private DisposablePlatform? _platform;

    internal DisposablePlatform Running => _platform ?? throw new InvalidOperationException("The fixture is used before it is initialized.");

    public async ValueTask InitializeAsync() => _platform = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract Task<DisposablePlatform> StartAsync();
}
