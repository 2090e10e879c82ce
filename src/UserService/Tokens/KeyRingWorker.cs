using Platform.Redis;
using Platform.ServiceDefaults.Problems;

namespace UserService.Tokens;

/// <summary>Reads the key ring at start and again every minute, so that replicas learn each other's keys and a lost ring is restored.</summary>
internal sealed class KeyRingWorker(KeyRing ring, TimeProvider timeProvider, ILogger<KeyRingWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Interval;
            try
            {
                await ring.RefreshAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is RedisUnavailableException or ProblemException)
            {
                // Each was logged where it arose; keys that are known stay in use.
                wait = RetryInterval;
            }
#pragma warning disable CA1031 // Damaged data in Redis must not take down a service that can sign with the keys it has.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.KeyRingNotRead(exception);
            }

            await Task.Delay(wait, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
