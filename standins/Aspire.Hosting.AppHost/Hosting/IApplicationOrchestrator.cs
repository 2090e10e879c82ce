namespace Aspire.Hosting;

/// <summary>Makes the model run: starts what must start, in order, and stops it again.</summary>
internal interface IApplicationOrchestrator
{
    /// <summary>Creates all resources; returns without waiting for them to be healthy.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops everything that was started; returns when nothing is left.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
