using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>
/// The connection, opened on a thread of its own: the client connects synchronously when it is first resolved, which may take as long
/// as the connect timeout, and nobody who asks for data may wait that long.
/// </summary>
internal sealed class RedisConnection(IServiceProvider services)
{
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _opening;

    /// <summary>A connection became usable again.</summary>
    public event Action? Restored;

    public Task<IConnectionMultiplexer> OpenAsync()
    {
        var opening = Volatile.Read(ref _opening);
        return opening is { IsCompletedSuccessfully: true } ? opening : OpenSlowlyAsync();
    }

    private Task<IConnectionMultiplexer> OpenSlowlyAsync()
    {
        lock (_gate)
        {
            if (_opening is null or { IsFaulted: true })
            {
                _opening = Task.Factory.StartNew(Open, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                _opening.Abandon();
            }

            return _opening;
        }
    }

    private IConnectionMultiplexer Open()
    {
        var connection = services.GetRequiredService<IConnectionMultiplexer>();
        connection.ConnectionRestored += (_, _) => Restored?.Invoke();
        return connection;
    }
}
