using Microsoft.Extensions.Hosting;

namespace Platform.Redis.Caching;

/// <summary>Lets go of memory that holds what has ended, and keeps generations in Redis that are in use.</summary>
internal sealed class CacheUpkeep(MemoryTier memory, CacheGenerations generations, TimeProvider time) : BackgroundService
{
    private const int EntriesPerTurn = 4096;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var reloadedAt = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            memory.Sweep(EntriesPerTurn);
            if (time.GetElapsedTime(reloadedAt) >= ReloadInterval)
            {
                reloadedAt = time.GetTimestamp();
                await ReloadAsync(stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await generations.ReloadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            // They live for days; the next hour will do.
        }
    }
}
