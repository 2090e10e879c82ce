using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>Commands that a caller sends itself.</summary>
internal readonly struct CommandCall<TState, T>(TState state, Func<IDatabase, TState, Task> command) : IRedisCall<T>
{
    public Task Send(IDatabase database) => command(database, state);

    public Operation<T> Rent(IDatabase database) => OperationPool<CommandOperation<T>>.Rent();
}
