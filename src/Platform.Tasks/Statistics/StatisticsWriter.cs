using Platform.Redis;
using Platform.Redis.Consumers;

namespace Platform.Tasks.Statistics;

/// <summary>Writes what this process has counted, every second and at its end.</summary>
internal sealed class StatisticsWriter(TaskTally tally, StatisticsStore store, ILogger<StatisticsWriter> logger) : BackgroundLoop(logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Interval, stoppingToken);
        await WriteAsync(stoppingToken);
    }

    protected override async Task EndAsync()
    {
        try
        {
            await WriteAsync(CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            // What was counted last is missing in the statistics; tasks are not.
            return;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var counted = tally.Take();
        if (counted.Count == 0)
        {
            return;
        }

        try
        {
            await store.AddAsync(counted, cancellationToken);
        }
        catch (RedisUnavailableException exception) when (!exception.OutcomeUnknown)
        {
            // Where it may have been written, too little is better than twice.
            tally.Return(counted);
            throw;
        }
    }
}
