using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Resilience;
using Platform.ServiceDefaults.Problems;

namespace UserService.Tokens;

/// <summary>
/// Turns the key ring at start, every <see cref="TokenOptions.KeyRingInterval"/>, and when another replica has changed it: keys move on when
/// that is due, replicas learn each other's, and a lost ring is put back.
/// </summary>
internal sealed class KeyRingWorker(KeyRing ring, KeyRingStore store, IOptions<TokenOptions> options, ILogger<KeyRingWorker> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _wake = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = store.OnChange(_wake.Set);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = options.Value.KeyRingInterval;
            try
            {
                await ring.TurnAsync(KeyRingTurn.Turn, stoppingToken);
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

            await _wake.WaitAsync(wait, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
