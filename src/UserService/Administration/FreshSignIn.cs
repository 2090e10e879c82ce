using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;

namespace UserService.Administration;

/// <summary>
/// Has administrators sign in anew before what a borrowed access token must not be enough for: the step-up challenge of RFC 9470. Services have no
/// such tokens and are not concerned.
/// </summary>
internal static class FreshSignIn
{
    /// <param name="endpoint">Open to administrators, or to them too.</param>
    /// <param name="where">Which requests are concerned; all where it is left out.</param>
    public static RouteHandlerBuilder RequireFreshSignIn(
        this RouteHandlerBuilder endpoint, Func<EndpointFilterInvocationContext, bool>? where = null) =>
        endpoint.AddEndpointFilter(async (context, next) =>
            (where is null || where(context)) && Refuse(context.HttpContext) is { } refusal ? refusal : await next(context));

    /// <summary>Whether the id in the route is not the caller's own. Who is no administrator is told elsewhere that there is no such account.</summary>
    public static bool IsAboutSomebodyElse(EndpointFilterInvocationContext context) =>
        context.HttpContext is var http && http.User.IsAdmin() && http.GetRouteValue("id") is string id && id != "me" && id != http.User.UserId();

    private static ProblemHttpResult? Refuse(HttpContext http)
    {
        var longest = http.RequestServices.GetRequiredService<IOptions<AdministrationOptions>>().Value.MaxAuthenticationAge;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        if (http.User.AuthenticatedAt() is { } at && now - at <= longest)
        {
            return null;
        }

        var seconds = ((long)longest.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers[HeaderNames.WWWAuthenticate] =
            $"Bearer error=\"insufficient_user_authentication\", error_description=\"The sign-in is too long ago\", max_age=\"{seconds}\"";
        return Problems.Of(
            StatusCodes.Status401Unauthorized, "insufficient_user_authentication", "The sign-in is too long ago",
            $"Sign in again and repeat the request with the new access token: for this the sign-in must not be older than {seconds} seconds. Refreshing is not enough.",
            new Dictionary<string, object?> { ["maxAge"] = (long)longest.TotalSeconds });
    }
}
