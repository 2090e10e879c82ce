using Platform.Redis.Consumers;

namespace UserService.Erasure;

/// <summary>Carries erasures out: each once when it is asked for, and again until it is done, on whichever replica comes first.</summary>
internal sealed class ErasureWorker(
    ErasureStore erasures, IServiceScopeFactory scopes, TimeProvider timeProvider, IHostApplicationLifetime lifetime, ILogger<ErasureWorker> logger)
    : BackgroundLoop(logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Tries at once, for at most as long as given, and goes on in the background where that is not enough.</summary>
    public async Task TryAsync(string id, TimeSpan patience)
    {
        var run = RunAsync(id, lifetime.ApplicationStopping);
        await Task.WhenAny(run, Task.Delay(patience, timeProvider));
    }

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        if (await erasures.ClaimAsync(stoppingToken) is { } id)
        {
            await RunAsync(id, stoppingToken);
        }
        else
        {
            await Task.Delay(Interval, timeProvider, stoppingToken);
        }
    }

    private async Task RunAsync(string id, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ErasureRunner>().RunAsync(id, stoppingToken);
        }
#pragma warning disable CA1031 // Whatever it was: the erasure is on the list and is tried again, and others must not wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!stoppingToken.IsCancellationRequested)
            {
                logger.ErasureFailed(exception);
            }
        }
    }
}
