using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds resilience to HTTP clients.</summary>
public static class ResilienceHttpClientBuilderExtensions
{
    private const string StandardPipeline = "standard";

    /// <summary>Adds the standard pipeline, its options bound to a section of the configuration.</summary>
    public static IHttpStandardResiliencePipelineBuilder AddStandardResilienceHandler(
        this IHttpClientBuilder builder,
        IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.AddStandardResilienceHandler().Configure(section);
    }

    /// <summary>Adds the standard pipeline.</summary>
    public static IHttpStandardResiliencePipelineBuilder AddStandardResilienceHandler(
        this IHttpClientBuilder builder,
        Action<HttpStandardResilienceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddStandardResilienceHandler().Configure(configure);
    }

    /// <summary>Adds the standard pipeline.</summary>
    public static IHttpStandardResiliencePipelineBuilder AddStandardResilienceHandler(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var name = PipelineName(builder, StandardPipeline);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HttpStandardResilienceOptions>, HttpStandardResilienceOptionsValidator>());
        builder.Services.AddOptions<HttpStandardResilienceOptions>(name).ValidateOnStart();

        builder.AddResilienceHandler(StandardPipeline, (pipeline, context) =>
        {
            context.EnableReloads<HttpStandardResilienceOptions>(name);
            var options = context.GetOptions<HttpStandardResilienceOptions>(name);
            pipeline
                .AddRateLimiter(options.RateLimiter)
                .AddTimeout(options.TotalRequestTimeout)
                .AddRetry(options.Retry)
                .AddCircuitBreaker(options.CircuitBreaker)
                .AddTimeout(options.AttemptTimeout);
        });

        // The pipeline has timeouts of its own; the client's, 100 s over all attempts, would cut them short.
        builder.ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan);
        return new StandardPipelineBuilder(name, builder.Services);
    }

    /// <summary>Adds a pipeline of one's own.</summary>
    public static IHttpResiliencePipelineBuilder AddResilienceHandler(
        this IHttpClientBuilder builder,
        string pipelineName,
        Action<ResiliencePipelineBuilder<HttpResponseMessage>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddResilienceHandler(pipelineName, (pipeline, _) => configure(pipeline));
    }

    /// <summary>Adds a pipeline of one's own.</summary>
    public static IHttpResiliencePipelineBuilder AddResilienceHandler(
        this IHttpClientBuilder builder,
        string pipelineName,
        Action<ResiliencePipelineBuilder<HttpResponseMessage>, ResilienceHandlerContext> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(pipelineName);
        ArgumentNullException.ThrowIfNull(configure);

        var name = PipelineName(builder, pipelineName);
        var services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton<PollyMeter>();
        services.TryAddSingleton<HttpPipelineRegistry>();
        services.Configure<HttpPipelineOptions>(options => options.Pipelines[name] = configure);

        builder.AddHttpMessageHandler(provider =>
            new ResilienceHandler(provider.GetRequiredService<HttpPipelineRegistry>().Selector(name, provider)));
        return new PipelineBuilder(name, services);
    }

    /// <summary>Takes away all pipelines that were added before.</summary>
    [Experimental("EXTEXP0001")]
    public static IHttpClientBuilder RemoveAllResilienceHandlers(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureAdditionalHttpMessageHandlers(static (handlers, _) =>
        {
            for (var index = handlers.Count - 1; index >= 0; index--)
            {
                if (handlers[index] is ResilienceHandler)
                {
                    handlers.RemoveAt(index);
                }
            }
        });
    }

    private static string PipelineName(IHttpClientBuilder builder, string pipelineName) => $"{builder.Name}-{pipelineName}";

    private sealed record PipelineBuilder(string PipelineName, IServiceCollection Services) : IHttpResiliencePipelineBuilder;

    private sealed record StandardPipelineBuilder(string PipelineName, IServiceCollection Services) : IHttpStandardResiliencePipelineBuilder;
}
