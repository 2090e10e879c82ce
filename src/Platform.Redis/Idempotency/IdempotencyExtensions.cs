using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Redis.Guarantees;
using Platform.Redis.Idempotency;

namespace Platform.Redis;

/// <summary>Adds idempotency keys.</summary>
public static class IdempotencyExtensions
{
    /// <summary>
    /// Adds what endpoints with <see cref="WithIdempotency{TBuilder}"/> need; the section <c>Idempotency</c>, validated when the application
    /// starts. Adds sealing too, for answers are sealed at rest.
    /// </summary>
    /// <param name="builder">The service's Redis.</param>
    /// <param name="configure">Changes options after the configuration was read.</param>
    public static IPlatformRedisBuilder AddIdempotency(this IPlatformRedisBuilder builder, Action<IdempotencyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddSealing();
        var services = builder.Services;
        services.AddOptionsOfSection(IdempotencyOptions.SectionName, configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IdempotencyOptions>, IdempotencyOptionsValidator>());
        if (services.All(service => service.ServiceType != typeof(IdempotencyServices)))
        {
            services.AddSingleton<IdempotencyDigests>();
            services.AddSingleton<IdempotencyProblems>();
            services.AddSingleton(provider => new IdempotencyMetrics(provider.GetRequiredService<IMeterFactory>()));
            services.AddSingleton<AbandonedClaims>();
            services.AddSingleton<IdempotencyHeartbeat>();
            services.AddSingleton<IdempotencyStore>();
            services.AddSingleton<IdempotencyServices>();
            services.AddSingleton<ICapability, IdempotencyCapability>();
        }

        return builder;
    }

    /// <summary>
    /// Carries each request with an <c>Idempotency-Key</c> out once, and answers repeated ones with the first one's answer. Runs after
    /// authorization; needs <see cref="AddIdempotency"/>.
    /// </summary>
    /// <param name="builder">One endpoint, or a group of them.</param>
    /// <param name="configure">Changes the endpoint's own copy of the options.</param>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder builder, Action<IdempotencyOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint =>
        {
            var options = Options(endpoint.ApplicationServices, configure);
            Describe(endpoint, new IdempotencyMetadata(options.Required, options.TimeToLive));
        });

        // Last of all, so that it stands outside of what other conventions put around the handler.
        builder.Finally(endpoint =>
        {
            var options = Options(endpoint.ApplicationServices, configure);
            var services = endpoint.ApplicationServices.GetRequiredService<IdempotencyServices>();
            services.Heartbeat.Watch(options.LeaseDuration);
            endpoint.RequestDelegate = new IdempotencyEndpoint(services, new IdempotencyPolicy(options, endpoint), endpoint.RequestDelegate!).InvokeAsync;
        });
        return builder;
    }

    /// <summary>
    /// Says of an endpoint that honours keys in a step of its own (<see cref="IdempotencyDigests"/>) what <see cref="WithIdempotency{TBuilder}"/>
    /// says of its endpoints. Changes nothing about how requests are answered.
    /// </summary>
    public static TBuilder DescribesIdempotency<TBuilder>(this TBuilder builder, IdempotencyMetadata metadata)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(metadata);
        builder.Add(endpoint => Describe(endpoint, metadata));
        return builder;
    }

    private static void Describe(EndpointBuilder endpoint, IdempotencyMetadata metadata)
    {
        endpoint.Metadata.Add(metadata);
        foreach (var status in (ReadOnlySpan<int>)[StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity])
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        }
    }

    private static IdempotencyOptions Options(IServiceProvider services, Action<IdempotencyOptions>? configure)
    {
        if (services.GetService<IdempotencyServices>() is null)
        {
            throw new InvalidOperationException("An endpoint has WithIdempotency(), but the service lacks AddPlatformRedis(…).AddIdempotency().");
        }

        var options = services.GetRequiredService<IOptions<IdempotencyOptions>>().Value;
        if (configure is null)
        {
            return options;
        }

        options = options.Copy();
        configure(options);
        var validation = new IdempotencyOptionsValidator().Validate(null, options);
        return validation.Failed ? throw new OptionsValidationException("", typeof(IdempotencyOptions), validation.Failures) : options;
    }
}
