using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Http.Resilience;

internal static class PipelineInstances
{
    public static void SelectByAuthority(IServiceCollection services, string pipelineName)
        => SelectBy(services, pipelineName, static _ => static request
            => request.RequestUri?.GetLeftPart(UriPartial.Authority) ?? throw new InvalidOperationException("The request has no RequestUri."));

    public static void SelectBy(
        IServiceCollection services,
        string pipelineName,
        Func<IServiceProvider, Func<HttpRequestMessage, string>> selectorFactory)
        => services.Configure<HttpPipelineOptions>(options => options.InstanceSelectors[pipelineName] = selectorFactory);
}
