using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Configures standard resilience pipelines.</summary>
public static class HttpStandardResiliencePipelineBuilderExtensions
{
    /// <summary>Binds the options to a section of the configuration; settings that do not exist are errors.</summary>
    public static IHttpStandardResiliencePipelineBuilder Configure(
        this IHttpStandardResiliencePipelineBuilder builder,
        IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        if (!section.GetChildren().Any())
        {
            throw new ArgumentException("Configuration section cannot be empty.", nameof(section));
        }

        builder.Services.Configure<HttpStandardResilienceOptions>(
            builder.PipelineName, section, static binder => binder.ErrorOnUnknownConfiguration = true);
        return builder;
    }

    /// <summary>Configures the options.</summary>
    public static IHttpStandardResiliencePipelineBuilder Configure(
        this IHttpStandardResiliencePipelineBuilder builder,
        Action<HttpStandardResilienceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Configure((options, _) => configure(options));
    }

    /// <summary>Configures the options with what the services know.</summary>
    public static IHttpStandardResiliencePipelineBuilder Configure(
        this IHttpStandardResiliencePipelineBuilder builder,
        Action<HttpStandardResilienceOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<HttpStandardResilienceOptions>(builder.PipelineName).Configure(configure);
        return builder;
    }

    /// <summary>Keeps one instance of the pipeline per scheme, host and port.</summary>
    public static IHttpStandardResiliencePipelineBuilder SelectPipelineByAuthority(this IHttpStandardResiliencePipelineBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        PipelineInstances.SelectByAuthority(builder.Services, builder.PipelineName);
        return builder;
    }

    /// <summary>Keeps one instance of the pipeline per key that the selector returns.</summary>
    public static IHttpStandardResiliencePipelineBuilder SelectPipelineBy(
        this IHttpStandardResiliencePipelineBuilder builder,
        Func<IServiceProvider, Func<HttpRequestMessage, string>> selectorFactory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(selectorFactory);
        PipelineInstances.SelectBy(builder.Services, builder.PipelineName, selectorFactory);
        return builder;
    }
}
