using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Configures the resilience pipeline of an HTTP client.</summary>
public interface IHttpResiliencePipelineBuilder
{
    /// <summary>Gets the name of the pipeline.</summary>
    string PipelineName { get; }

    /// <summary>Gets the services.</summary>
    IServiceCollection Services { get; }
}
