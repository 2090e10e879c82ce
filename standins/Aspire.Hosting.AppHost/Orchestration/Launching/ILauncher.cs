using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Launching;

/// <summary>Turns one copy of a resource into a program to start.</summary>
internal interface ILauncher : IAsyncDisposable
{
    /// <summary>What to start now; asked again at every restart, with the copy's new ports.</summary>
    Task<Launch> PrepareAsync(ResourceInstance instance, ResolvedConfiguration configuration, CancellationToken cancellationToken);
}

internal sealed record Launch(ProcessSpec Process, ImmutableArray<ResourcePropertySnapshot> Properties);
