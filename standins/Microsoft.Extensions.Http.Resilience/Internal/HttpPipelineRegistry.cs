using Microsoft.Extensions.Options;
using Polly;
using Polly.Registry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>
/// The pipelines of all HTTP clients of a container. Handlers come and go with the client factory's rotation; the state of the
/// breakers and limiters must not, so it lives here.
/// </summary>
internal sealed class HttpPipelineRegistry : IAsyncDisposable, IDisposable
{
    private readonly ResiliencePipelineRegistry<HttpKey> _registry;
    private readonly HttpPipelineOptions _options;

    public HttpPipelineRegistry(IServiceProvider services, IOptions<HttpPipelineOptions> options, PollyMeter meter)
    {
        _options = options.Value;
        _registry = new ResiliencePipelineRegistry<HttpKey>(new ResiliencePipelineRegistryOptions<HttpKey>
        {
            BuilderComparer = HttpKey.BuilderComparer,
            BuilderNameFormatter = static key => key.Name,
            InstanceNameFormatter = static key => key.InstanceName,
        });

        foreach (var (name, configure) in _options.Pipelines)
        {
            _registry.TryAddBuilder<HttpResponseMessage>(new HttpKey(name, ""), (builder, context) =>
            {
                builder.TelemetryListener = meter;
                configure(builder, new ResilienceHandlerContext(services, context));
            });
        }
    }

    public Func<HttpRequestMessage, ResiliencePipeline<HttpResponseMessage>> Selector(string name, IServiceProvider services)
    {
        if (!_options.InstanceSelectors.TryGetValue(name, out var selectorFactory))
        {
            var pipeline = Get(name, "");
            return _ => pipeline;
        }

        var selector = selectorFactory(services);
        return request => Get(name, selector(request));
    }

    public void Dispose() => _registry.Dispose();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    private ResiliencePipeline<HttpResponseMessage> Get(string name, string instance)
        => _registry.GetPipeline<HttpResponseMessage>(new HttpKey(name, instance));
}
