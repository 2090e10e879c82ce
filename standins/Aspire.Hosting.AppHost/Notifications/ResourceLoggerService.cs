using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console log of every resource.</summary>
public class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A logger that writes to all copies of the resource.</summary>
    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new ResourceLogger([.. resource.GetInstances().Select(i => LogOf(i.Name))]);
    }

    /// <summary>A logger that writes to one copy of a resource.</summary>
    public ILogger GetLogger(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return new ResourceLogger([LogOf(resourceName)]);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var names = resource.GetInstances().Select(i => i.Name).ToArray();
        return names.Length == 1 ? WatchAsync(names[0]) : WatchAllAsync(names);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return LogOf(resourceName).WatchAsync();
    }

    /// <summary>The lines kept so far of all copies of a resource, without waiting for more.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var instance in resource.GetInstances())
        {
            await foreach (var lines in GetAllAsync(instance.Name).ConfigureAwait(false))
            {
                yield return lines;
            }
        }
    }

    /// <summary>The lines kept so far, without waiting for more.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        var lines = LogOf(resourceName).Snapshot();
        await Task.CompletedTask.ConfigureAwait(false);
        if (lines.Count > 0)
        {
            yield return lines;
        }
    }

    /// <summary>Says that no more lines will come.</summary>
    public void Complete(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var instance in resource.GetInstances())
        {
            LogOf(instance.Name).Complete();
        }
    }

    public void Complete(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        LogOf(name).Complete();
    }

    public void ClearBacklog(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        LogOf(resourceName).Clear();
    }

    /// <summary>Adds a line as a process wrote it.</summary>
    internal void AddLine(string resourceName, string content, bool isErrorMessage) => LogOf(resourceName).Add(content, isErrorMessage);

    private ResourceLog LogOf(string name) => _logs.GetOrAdd(name, static _ => new ResourceLog());

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAllAsync(
        string[] names,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateBounded<IReadOnlyList<LogLine>>(ResourceLog.SubscriberCapacity);
        var pumps = Task.WhenAll(names.Select(PumpAsync));
        _ = pumps.ContinueWith(_ => merged.Writer.TryComplete(), TaskScheduler.Default);
        try
        {
            await foreach (var lines in merged.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return lines;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        async Task PumpAsync(string name)
        {
            await foreach (var lines in LogOf(name).WatchAsync(stop.Token).ConfigureAwait(false))
            {
                await merged.Writer.WriteAsync(lines, stop.Token).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>A line of a resource's console.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
