using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Page;

/// <summary>
/// Refuses what a browser sends on behalf of another site. The cookie does not go along then (<c>SameSite=Strict</c>); this holds where a browser does not know
/// that, and keeps others from signing somebody in. Who is no browser sends neither header, and has no cookie of anybody's.
/// </summary>
internal static class SameSite
{
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsSame(context.HttpContext.Request) ? await next(context) : Refused();

    private static bool IsSame(HttpRequest request)
    {
        // Not sent to a plain http address that is not this machine's; then the origin says it.
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is "same-origin" or "none";
        }

        return request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static ProblemHttpResult Refused() => Problems.Forbidden(
        "cross_site_request", "The request comes from another site", "Open the page at /tasks itself.");
}
