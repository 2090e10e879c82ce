using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Redis;
using Aspire.Hosting.Redis.Provisioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Adds Redis to the application.</summary>
public static class RedisBuilderExtensions
{
    private const int ServerPort = 6379;
    private const string DataFolder = "/data";
    private const string PasswordVariable = "REDIS_PASSWORD";
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(60);

    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port) =>
        builder.AddRedis(name, port, password: null);

    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="port">Where callers connect; chosen at start when absent.</param>
    /// <param name="password">The password; generated when absent.</param>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);

        // A comma would end the password in a connection string.
        var parameter = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var resource = new RedisResource(name, parameter);
        var check = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            check, _ => new RedisHealthCheck(resource.GetConnectionStringAsync), failureStatus: null, tags: null));

        var redis = builder.AddResource(resource)
            .WithEndpoint(port: port, targetPort: ServerPort, scheme: "redis", name: RedisResource.PrimaryEndpointName)
            .WithImage(RedisContainerImageTags.Image, RedisContainerImageTags.Tag)
            .WithImageRegistry(RedisContainerImageTags.Registry)
            .WithHealthCheck(check)
            .WithEntrypoint("/bin/sh")
            .WithEnvironment(context => SetPasswordAsync(context, resource))
            .WithArgs(context => AddArguments(context, resource));
        RedisProvisioning.Attach(builder, resource);
        return redis;
    }

    /// <summary>Keeps the data in a volume, and saves snapshots into it unless it is read-only.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(
        this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithVolume(name ?? VolumeName(builder), DataFolder, isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    public static IResourceBuilder<RedisResource> WithDataBindMount(
        this IResourceBuilder<RedisResource> builder, string source, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithBindMount(source, DataFolder, isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    /// <summary>Saves a snapshot whenever so many keys have changed in so much time.</summary>
    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(
            new RedisPersistenceAnnotation(interval ?? DefaultInterval, keysChangedThreshold), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <param name="builder">The server.</param>
    /// <param name="password">The password; null for a server without one.</param>
    public static IResourceBuilder<RedisResource> WithPassword(
        this IResourceBuilder<RedisResource> builder, IResourceBuilder<ParameterResource>? password)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.PasswordParameter = password?.Resource;
        return builder;
    }

    public static IResourceBuilder<RedisResource> WithHostPort(this IResourceBuilder<RedisResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithEndpoint(RedisResource.PrimaryEndpointName, endpoint => endpoint.Port = port);
    }

    private static async Task SetPasswordAsync(EnvironmentCallbackContext context, RedisResource resource)
    {
        if (resource.PasswordParameter is not { } password)
        {
            return;
        }

        // A comma ends the password in a connection string: no service could ever sign in.
        if (context.ExecutionContext.IsRunMode
            && (await password.GetValueAsync(context.CancellationToken).ConfigureAwait(false))?.Contains(',', StringComparison.Ordinal) == true)
        {
            throw new DistributedApplicationException(
                $"The password of '{resource.Name}', parameter '{password.Name}', contains a comma, which Redis connection strings cannot carry. Choose another.");
        }

        context.EnvironmentVariables[PasswordVariable] = password;
    }

    private static void AddArguments(CommandLineArgsCallbackContext context, RedisResource resource)
    {
        var words = new List<string> { "redis-server" };
        if (resource.PasswordParameter is not null)
        {
            words.AddRange(["--requirepass", $"${PasswordVariable}"]);
        }

        if (resource.Annotations.OfType<RedisPersistenceAnnotation>().LastOrDefault() is { } persistence)
        {
            words.AddRange(
            [
                "--save",
                ((long)persistence.Interval.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                persistence.KeysChangedThreshold.ToString(CultureInfo.InvariantCulture),
            ]);
        }

        // Deployed, the shell of the image takes one string; here the words are taken as they are.
        foreach (var word in context.ExecutionContext.IsPublishMode ? ["-c", string.Join(' ', words)] : words)
        {
            context.Args.Add(word);
        }
    }

    private static string VolumeName(IResourceBuilder<RedisResource> builder)
    {
#pragma warning disable CA1308 // Volume names are lower case.
        var application = builder.ApplicationBuilder.Environment.ApplicationName.ToLowerInvariant();
#pragma warning restore CA1308
        return $"{application}-{builder.ApplicationBuilder.Configuration["AppHost:Sha256"]![..10]}-{builder.Resource.Name}-data";
    }
}
