using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>What an operation sends. Implemented by structs, so that a call costs no allocation of its own.</summary>
/// <typeparam name="T">What it returns.</typeparam>
internal interface IRedisCall<T>
{
    /// <summary>Sends the commands; a <see cref="Task{T}"/> where the result matters.</summary>
    Task Send(IDatabase database);

    /// <summary>What waits for the reply.</summary>
    Operation<T> Rent(IDatabase database);
}
