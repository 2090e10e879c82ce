namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Configures resilience pipelines.</summary>
public static class HttpResiliencePipelineBuilderExtensions
{
    /// <summary>Keeps one instance of the pipeline per scheme, host and port.</summary>
    public static IHttpResiliencePipelineBuilder SelectPipelineByAuthority(this IHttpResiliencePipelineBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        PipelineInstances.SelectByAuthority(builder.Services, builder.PipelineName);
        return builder;
    }

    /// <summary>Keeps one instance of the pipeline per key that the selector returns.</summary>
    public static IHttpResiliencePipelineBuilder SelectPipelineBy(
        this IHttpResiliencePipelineBuilder builder,
        Func<IServiceProvider, Func<HttpRequestMessage, string>> selectorFactory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(selectorFactory);
        PipelineInstances.SelectBy(builder.Services, builder.PipelineName, selectorFactory);
        return builder;
    }
}
