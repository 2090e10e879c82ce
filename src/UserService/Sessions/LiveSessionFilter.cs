using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;

namespace UserService.Sessions;

/// <summary>
/// Refuses access tokens of sessions that have ended. Elsewhere a token is good until it expires or its revocation arrives; the service
/// that ends sessions must not be behind itself.
/// </summary>
internal sealed class LiveSessionFilter(SessionStore sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await sessions.TouchAsync(http.User.UserId(), http.User.SessionId(), http.RequestAborted))
        {
            return await next(context);
        }

        http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer error=\"invalid_token\", error_description=\"The session has ended\"";
        return Problems.Unauthorized("session_ended", "The session has ended", "Sign in again.");
    }
}
