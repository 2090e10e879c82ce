using Polly;

namespace Microsoft.Extensions.Http.Resilience;

internal sealed class HttpPipelineOptions
{
    public Dictionary<string, Action<ResiliencePipelineBuilder<HttpResponseMessage>, ResilienceHandlerContext>> Pipelines { get; } = [];

    public Dictionary<string, Func<IServiceProvider, Func<HttpRequestMessage, string>>> InstanceSelectors { get; } = [];
}
