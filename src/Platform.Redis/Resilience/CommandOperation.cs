namespace Platform.Redis.Resilience;

internal sealed class CommandOperation<T> : Operation<T>
{
    protected override void Return() => OperationPool<CommandOperation<T>>.Return(this);
}
