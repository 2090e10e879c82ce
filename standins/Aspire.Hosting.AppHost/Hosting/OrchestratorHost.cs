using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Ties the orchestrator to the life of the host.</summary>
internal sealed class OrchestratorHost(
    DistributedApplicationModel model,
    ParameterInitializer parameters,
    IApplicationOrchestrator orchestrator) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ResourceInstances.Assign(model);
        await parameters.InitializeAsync(cancellationToken).ConfigureAwait(false);
        await orchestrator.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => orchestrator.StopAsync(cancellationToken);
}
