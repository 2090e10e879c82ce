using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Containers;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration.Launching;

/// <summary>Knows how to run, as a program of this machine, what the model says runs in a container.</summary>
internal interface ILocalServer
{
    /// <summary>Everything needed to run it; null when the container is to be run after all.</summary>
    /// <exception cref="DistributedApplicationException">Neither works; the message says what to do.</exception>
    Task<LocalServerSession?> OpenAsync(LocalServerRequest request, CancellationToken cancellationToken);
}

internal sealed class LocalServerAnnotation(ILocalServer server) : IResourceAnnotation
{
    public ILocalServer Server { get; } = server;
}

internal sealed record LocalServerRequest
{
    public required IResource Resource { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required int Port { get; init; }

    /// <summary>Names this application among the others of this machine.</summary>
    public required string Application { get; init; }

    /// <summary>Nothing may be kept when the application ends.</summary>
    public required bool IsTemporary { get; init; }

    public required Func<CancellationToken, Task<ContainerEngine?>> FindContainerEngine { get; init; }

    /// <summary>The resource's own console.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Tells whoever watches the AppHost's console, once, what takes so long.</summary>
    public required Action<string> Tell { get; init; }
}

/// <summary>Held from the first start to the last stop: crashes in between find the same files and the same port.</summary>
internal sealed record LocalServerSession(ProcessSpec Process, string Source, IDisposable Files);
