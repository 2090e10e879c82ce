using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>What running any resource takes.</summary>
internal sealed record RunnerServices(
    ResourceNotificationService Notifications,
    ResourceLoggerService Loggers,
    ResourceConfigurationResolver Resolver,
    IDistributedApplicationEventing Eventing,
    HealthCheckService HealthChecks,
    EndpointAllocator Endpoints,
    OrchestrationOptions Options,
    TimeProvider Time,
    IServiceProvider Services,
    CancellationToken ApplicationStopping);
