using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Platform.Redis.Caching;

internal static class CacheApi
{
    public static RouteGroupBuilder Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/cache").WithTags("Cache");
        group.MapGet("/stats", GetStatistics)
            .WithName("GetCacheStatistics")
            .WithSummary("What the cache of this instance counted since it started, by namespace");
        group.MapDelete("/namespaces/{name}", ClearAsync)
            .WithName("ClearCacheNamespace")
            .WithSummary("Ends every entry of a namespace, on all instances");
        return group;
    }

    private static Ok<CacheStatistics> GetStatistics(CacheNamespaces namespaces) => TypedResults.Ok(namespaces.GetStatistics());

    private static async Task<Results<NoContent, ProblemHttpResult>> ClearAsync(
        string name, CacheNamespaces namespaces, HttpContext context, CancellationToken cancellationToken) =>
        await namespaces.ClearAsync(name, cancellationToken).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : TypedResults.Problem(
                "No such namespace is declared; GET /cache/stats names them.",
                statusCode: StatusCodes.Status404NotFound,
                title: "Unknown cache namespace",
                type: "urn:platform:problem:unknown-cache-namespace",
                extensions: new Dictionary<string, object?>
                {
                    ["code"] = "unknown_cache_namespace",
                    ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier,
                });
}
