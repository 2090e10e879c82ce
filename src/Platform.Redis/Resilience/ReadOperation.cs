using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>A read whose reply is handed on at once, without a task in between.</summary>
internal sealed class ReadOperation : Operation
{
    private IReadReceiver? _receiver;

    /// <summary>Waits for a reply that was asked for.</summary>
    public static void Begin(
        IReadReceiver receiver, OperationGuard guard, string name, long start, Task<RedisValue> reply, TimeSpan timeout, CancellationToken cancellation)
    {
        var operation = OperationPool<ReadOperation>.Rent();
        operation._receiver = receiver;
        operation.Begin(guard, name, start, reply, timeout, cancellation);
    }

    protected override void Succeed(Task reply) => Free().Received(((Task<RedisValue>)reply).Result);

    protected override void Fail(Exception exception, bool again) => (again ? Free() : _receiver!).Failed(exception);

    private IReadReceiver Free()
    {
        var receiver = _receiver!;
        _receiver = null;
        OperationPool<ReadOperation>.Return(this);
        return receiver;
    }
}

/// <summary>Who gets the reply of a read. Called once, on the thread that found out.</summary>
internal interface IReadReceiver
{
    void Received(RedisValue value);

    void Failed(Exception exception);
}
