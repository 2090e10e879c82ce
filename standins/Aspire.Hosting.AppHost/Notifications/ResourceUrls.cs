using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The links of a resource, once its endpoints are allocated.</summary>
internal static class ResourceUrls
{
    public static async Task<ImmutableArray<UrlSnapshot>> ResolveAsync(
        IResource resource,
        DistributedApplicationExecutionContext executionContext,
        ResourceLoggerService loggers,
        CancellationToken cancellationToken)
    {
        var urls = new List<ResourceUrlAnnotation>();
        if (resource is IResourceWithEndpoints owner)
        {
            urls.AddRange(owner.GetEndpoints()
                .Where(e => e.IsAllocated)
                .Select(e => new ResourceUrlAnnotation { Url = e.Url, Endpoint = e }));
        }

        urls.AddRange(resource.Annotations.OfType<ResourceUrlAnnotation>());
        var context = new ResourceUrlsCallbackContext(executionContext, resource, urls, cancellationToken)
        {
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        return [.. context.Urls.Where(u => u.Url.Length > 0).Select(Snapshot)];
    }

    private static UrlSnapshot Snapshot(ResourceUrlAnnotation annotation)
    {
        var url = annotation.Url;

        // On Unix a path alone counts as an absolute (file) URL.
        if (annotation.Endpoint is { IsAllocated: true } endpoint && (url[0] == '/' || !Uri.TryCreate(url, UriKind.Absolute, out _)))
        {
            url = new Uri(new Uri(endpoint.Url), url).ToString();
        }

        return new UrlSnapshot(annotation.Endpoint?.EndpointName, url, annotation.IsInternal || annotation.DisplayLocation == UrlDisplayLocation.DetailsOnly)
        {
            DisplayProperties = new(annotation.DisplayText ?? "", annotation.DisplayOrder ?? 0),
        };
    }
}
