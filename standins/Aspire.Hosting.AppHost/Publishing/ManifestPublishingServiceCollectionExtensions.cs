using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Publishing;

internal static class ManifestPublishingServiceCollectionExtensions
{
    public static IServiceCollection AddManifestPublishing(this IServiceCollection services)
    {
        services.AddHostedService<PublishingHost>();
        return services;
    }
}
