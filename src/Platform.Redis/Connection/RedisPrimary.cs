using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>A server that holds keys of the service.</summary>
/// <param name="Name">Its address where it is one of several; null where it is the only one.</param>
/// <param name="Server">Where it is one of several: the way to ask this one and no other.</param>
/// <param name="Slots">Where it is one of several: what it holds.</param>
/// <param name="Key">A key of this process that it holds; null where none was found, because it has too few slots.</param>
internal readonly record struct RedisPrimary(string? Name, IServer? Server, IEnumerable<SlotRange> Slots, RedisKey? Key)
{
    /// <summary>
    /// Known to be away. A command for a key is not sent there, because the client would ask another node, be sent on, and wait; one
    /// without a key fails at once.
    /// </summary>
    public bool IsDisconnected => Server is { IsConnected: false };

    /// <summary>A command that has no key.</summary>
    public Task<RedisResult> AskAsync(IDatabase database, string command, params object[] arguments) =>
        Server is null ? database.ExecuteAsync(command, arguments) : Server.ExecuteAsync(command, arguments);

    /// <summary>Whether it answers. A cluster that does not serve its slots answers a ping all the same, so there it is asked for a key.</summary>
    public Task ProbeAsync(IDatabase database) => this switch
    {
        { Server: null } => database.PingAsync(),
        { Key: { } key, IsDisconnected: false } => database.KeyExistsAsync(key),
        _ => Server.PingAsync(),
    };
}
