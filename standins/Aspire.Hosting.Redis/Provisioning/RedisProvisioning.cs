using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Launching;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>Makes a Redis resource run where there may be no container engine.</summary>
internal static class RedisProvisioning
{
    /// <summary>A Redis given by connection string is used as it is; otherwise a server is found and run.</summary>
    public static void Attach(IDistributedApplicationBuilder builder, ContainerResource resource)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        // Read late: configuration may still be added to while the model is written.
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            var setting = $"ConnectionStrings:{resource.Name}";
            if (builder.Configuration[setting] is { } text && !string.IsNullOrWhiteSpace(text))
            {
                var given = Parse(text, setting);
                resource.Annotations.Add(new GivenRedisAnnotation(resource.Name, given));
                resource.Annotations.Add(new ExternalServerAnnotation(given.Host, given.Port, setting));
            }
            else
            {
                resource.Annotations.Add(new LocalServerAnnotation(new RedisLocalServer()));
            }

            return Task.CompletedTask;
        });
    }

    private static GivenRedis Parse(string text, string setting)
    {
        try
        {
            return GivenRedis.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new DistributedApplicationException(
                $"{setting} (environment variable {setting.Replace(":", "__", StringComparison.Ordinal)}) is not a Redis connection string: {exception.Message}",
                exception);
        }
    }
}
