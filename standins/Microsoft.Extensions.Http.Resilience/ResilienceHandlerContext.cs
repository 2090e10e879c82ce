using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Polly.Registry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>What the code knows that builds a resilience pipeline.</summary>
public sealed class ResilienceHandlerContext
{
    private readonly ConfigureBuilderContext<HttpKey> _context;

    internal ResilienceHandlerContext(IServiceProvider serviceProvider, ConfigureBuilderContext<HttpKey> context)
    {
        ServiceProvider = serviceProvider;
        _context = context;
    }

    /// <summary>Gets the services.</summary>
    public IServiceProvider ServiceProvider { get; }

    /// <summary>Gets the name of the pipeline.</summary>
    public string BuilderName => _context.PipelineKey.Name;

    /// <summary>Gets the name of this instance of the pipeline.</summary>
    public string InstanceName => _context.PipelineKey.InstanceName;

    /// <summary>Builds the pipeline anew whenever these options change.</summary>
    public void EnableReloads<TOptions>(string? name = null)
    {
        // The pipeline that is built anew subscribes anew; a change in between is not lost, because options are read after this.
        var monitor = ServiceProvider.GetRequiredService<IOptionsMonitor<TOptions>>();
        var changed = new CancellationTokenSource();
        var registration = monitor.OnChange((_, changedName) =>
        {
            if (changedName == (name ?? Options.Options.DefaultName))
            {
                changed.Cancel();
            }
        });

        _context.AddReloadToken(changed.Token);
        // The source has no timer and no handle: it is left to the collector, because a change may be on its way.
        _context.OnPipelineDisposed(() => registration?.Dispose());
    }

    /// <summary>Gets named options.</summary>
    public TOptions GetOptions<TOptions>(string? name = null)
        => ServiceProvider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);

    /// <summary>Does something when this instance of the pipeline is disposed of.</summary>
    public void OnPipelineDisposed(Action callback) => _context.OnPipelineDisposed(callback);
}
