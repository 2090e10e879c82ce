using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Redis.Consumers;

/// <summary>
/// Work that goes on as long as the process does. It outlives Redis being away, about which the connection itself logs, and errors, of
/// which the first of a row is logged.
/// </summary>
/// <param name="logger">Is told what failed.</param>
public abstract class BackgroundLoop(ILogger logger) : BackgroundService
{
    private static readonly TimeSpan WaitAfterError = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the thread that starts the host.
        await Task.Yield();
        var failed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(stoppingToken).ConfigureAwait(false);
                failed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (RedisUnavailableException exception)
            {
                await RedisPatience.WaitAsync(exception, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
#pragma warning disable CA1031 // The loop is the last resort: what ends it ends the service's work silently.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!failed)
                {
                    logger.LoopFailed(exception, GetType().Name);
                }

                failed = true;
                await Task.Delay(WaitAfterError, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>One round; waits when there is nothing to do.</summary>
    protected abstract Task StepAsync(CancellationToken stoppingToken);

    /// <summary>Called once, after the last round.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;
}
