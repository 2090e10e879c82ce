using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Page;

/// <summary>
/// The page for administrators at <c>/tasks</c>. Its files are anybody's; what it shows it gets from the API, with the access token of whoever has signed in.
/// </summary>
internal static class PageApi
{
    private const long LongestSignIn = 8 * 1024;

    /// <summary>
    /// Nothing but what this service serves is loaded or asked, nothing is shown in another's frame, and text never becomes markup: what tasks carry is hostile.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    public static void MapTasksPage(this IEndpointRouteBuilder routes)
    {
        var page = routes.MapGroup("/tasks").AllowAnonymous().ExcludeFromDescription();
        page.MapGet("/", (HttpResponse response) => Asset("index.html", response));
        page.MapGet("/assets/{file}", (string file, HttpResponse response) => Asset(file, response));

        var session = page.MapGroup("/session").WithRequestBodyLimit(LongestSignIn).AddEndpointFilter(SameSite.CheckAsync);
        session.MapPost("/", PageSessions.SignInAsync);
        session.MapPost("/refresh", PageSessions.RefreshAsync);
        session.MapDelete("/", PageSessions.SignOutAsync);
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> Asset(string file, HttpResponse response)
    {
        if (!PageAssets.All.TryGetValue(file, out var asset))
        {
            return Problems.NotFound("file_not_found", "No such file", "The page is at /tasks.");
        }

        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Asked for each time and sent when it has changed, so that all files are of one version.
        headers.CacheControl = CacheControlHeaderValue.NoCacheString;
        return TypedResults.Bytes(asset.Content, asset.ContentType, entityTag: asset.Version);
    }
}
