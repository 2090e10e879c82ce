using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Caching;

/// <summary>Runs the warm-ups when the application starts, once Redis answers, and lets it start in time whatever they do.</summary>
internal sealed class CacheWarmUpService(
    IEnumerable<ICacheWarmUp> warmUps, HybridCache cache, CacheChanges changes, TimeProvider time, IOptions<CachingOptions> options,
    ILogger<CacheWarmUpService> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var all = warmUps.ToList();
        if (all.Count == 0)
        {
            return;
        }

        _running = Task.Run(() => RunAsync(all, _stopping.Token), CancellationToken.None);
        await _running.WaitAsync(options.Value.WarmUpTimeout, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_running.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            logger.WarmUpSlow();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Cancelled, not disposed: hosts that are disposed in a hurry stop their services afterwards.
    public void Dispose() => _stopping.Cancel();

    private async Task RunAsync(List<ICacheWarmUp> all, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await changes.BegunAsync().WaitAsync(stopping).ConfigureAwait(false);
                break;
            }
            catch (RedisUnavailableException)
            {
                await Task.Delay(RetryInterval, time, stopping).ConfigureAwait(false);
            }
        }

        await Task.WhenAll(all.Select(one => RunAsync(one, stopping))).ConfigureAwait(false);
    }

    private async Task RunAsync(ICacheWarmUp warmUp, CancellationToken stopping)
    {
        try
        {
            await warmUp.WarmUpAsync(cache, stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            logger.WarmUpFailed(warmUp.GetType().Name, exception);
        }
    }
}
