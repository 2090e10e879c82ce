using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Tasks.Handlers;

namespace Platform.Tasks.Processing;

/// <summary>Has the ends of plain tasks that succeeded written, however long Redis is away.</summary>
internal sealed class PlainEnds(FinishBatches batches, TaskDeliveries deliveries, IOptions<TasksOptions> options)
{
    private readonly TimeSpan _retention = options.Value.HistoryRetention;

    /// <param name="stopping">Leaves a grace for it.</param>
    public async Task<Hold> WriteAsync(PlainEnd end, TaskType type, CancellationToken stopping)
    {
        var retention = type.Options.KeptFor ?? _retention;
        RedisUnavailableException failure;
        try
        {
            return await SayAsync(end, retention, stopping);
        }
        catch (RedisUnavailableException exception)
        {
            failure = exception;
        }

        using var grace = new EndGrace(stopping);
        var wasSaid = false;
        while (true)
        {
            wasSaid |= failure.OutcomeUnknown;
            await RedisPatience.WaitAsync(failure, grace.Over);
            try
            {
                var hold = await SayAsync(end, retention, grace.Over);

                // Said before without an answer, a task that is forgotten at once is not there any more.
                return hold == Hold.Lost && wasSaid && retention == TimeSpan.Zero ? Hold.Held : hold;
            }
            catch (RedisUnavailableException exception)
            {
                failure = exception;
            }
        }
    }

    private Task<Hold> SayAsync(PlainEnd end, TimeSpan retention, CancellationToken cancellationToken) =>
        end.Delivery.IsUnrecorded && retention > TimeSpan.Zero
            ? RecordAndSayAsync(end, retention, cancellationToken)
            : batches.FinishAsync(end, retention);

    /// <summary>Who enqueued it knew of another retention than this process does.</summary>
    private async Task<Hold> RecordAndSayAsync(PlainEnd end, TimeSpan retention, CancellationToken cancellationToken) =>
        await deliveries.RecordAsync(end.Delivery, cancellationToken) == Hold.Lost ? Hold.Lost : await batches.FinishAsync(end, retention);
}
