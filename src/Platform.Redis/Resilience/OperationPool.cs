namespace Platform.Redis.Resilience;

/// <summary>Operations that have ended and may serve again, each in the care of the <see cref="DeadlineSweeper"/> for as long as it is here or used.</summary>
internal static class OperationPool<TOperation>
    where TOperation : PendingOperation, new()
{
    private static readonly ProcessorPool<TOperation> Idle = new(1024);

    public static TOperation Rent()
    {
        if (Idle.TryRent() is { } operation)
        {
            return operation;
        }

        operation = new TOperation();
        DeadlineSweeper.Add(operation);
        return operation;
    }

    public static void Return(TOperation operation)
    {
        if (!Idle.TryReturn(operation))
        {
            DeadlineSweeper.Remove(operation);
        }
    }
}
