using Platform.Tasks.Processing;

namespace TaskService.Tests.Processing;

public sealed class WorkerSlotsTests
{
    [Fact]
    public async Task TakeAll_NoneIsFree_WaitsForTheNext()
    {
        using var slots = new WorkerSlots(3);
        Assert.Equal(3, await slots.TakeAllAsync(CancellationToken.None));
        Assert.Equal(0, slots.TryTakeAll());

        var taking = slots.TakeAllAsync(CancellationToken.None).AsTask();
        Assert.False(taking.IsCompleted);
        slots.Return(2);

        Assert.Equal(2, await taking);
    }

    [Fact]
    public async Task TakeAll_WhileManyGiveBack_MissesNone()
    {
        const int Rounds = 20_000;
        using var slots = new WorkerSlots(8);
        for (var begun = 0; begun < Rounds;)
        {
            var taken = await slots.TakeAllAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            begun += taken;
            for (var i = 0; i < taken; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static slots => slots.Return(1), slots, preferLocal: false);
            }
        }
    }

    [Fact]
    public async Task TakeAll_Cancelled_LeavesTheRestAsItWas()
    {
        using var slots = new WorkerSlots(1);
        await slots.TakeAllAsync(CancellationToken.None);
        using var cancelled = new CancellationTokenSource();
        var taking = slots.TakeAllAsync(cancelled.Token).AsTask();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
        slots.Return(1);

        Assert.Equal(1, await slots.TakeAllAsync(CancellationToken.None));
    }
}
