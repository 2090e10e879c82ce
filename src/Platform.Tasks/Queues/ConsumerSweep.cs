using Platform.Redis.Leases;
using StackExchange.Redis;

namespace Platform.Tasks.Queues;

/// <summary>
/// Forgets consumers that are gone: once in an interval for all replicas together, not once for each. Whoever sweeps holds a lease; when
/// it was swept last is kept in a record that refuses a sweeper who lost it.
/// </summary>
internal sealed class ConsumerSweep(ILeases leases, FencedRecords records, TaskQueue queue, TaskKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private const string LeaseName = "consumer-sweep";
    private const string SweptAt = "swept-at";

    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(10);

    /// <returns>Whether it was done now, by this one.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var lease = await leases.TryAcquireAsync(LeaseName, LeaseDuration, cancellationToken);
        if (lease is null || await records.ReadAsync(keys.Sweep, lease.Fence, TaskKeys.SweepLifetime, cancellationToken) is not { } record)
        {
            return false;
        }

        // Replicas' clocks may differ by seconds; an interval of minutes does not mind.
        var now = time.GetUtcNow();
        if (record.TryGetValue(SweptAt, out var last) && now - DateTimeOffset.FromUnixTimeMilliseconds((long)last) < Interval)
        {
            return false;
        }

        await queue.RemoveGoneConsumersAsync(cancellationToken);
        HashEntry[] swept = [new(SweptAt, now.ToUnixTimeMilliseconds())];
        return await records.WriteAsync(keys.Sweep, lease.Fence, swept, TaskKeys.SweepLifetime, cancellationToken);
    }
}
