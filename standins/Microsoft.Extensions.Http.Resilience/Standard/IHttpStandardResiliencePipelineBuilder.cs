using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Configures the standard resilience pipeline of an HTTP client.</summary>
public interface IHttpStandardResiliencePipelineBuilder
{
    /// <summary>Gets the name of the pipeline, which is that of its options.</summary>
    string PipelineName { get; }

    /// <summary>Gets the services.</summary>
    IServiceCollection Services { get; }
}
