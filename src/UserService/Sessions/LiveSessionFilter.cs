using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;

namespace UserService.Sessions;

/// <summary>
/// Refuses access tokens of sessions that have ended, by themselves too: elsewhere such a token is good until it expires.
/// </summary>
internal sealed class LiveSessionFilter(LiveSessions sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await sessions.IsLiveAsync(http.User.UserId(), http.User.SessionId(), http.RequestAborted))
        {
            return await next(context);
        }

        http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer error=\"invalid_token\", error_description=\"The session has ended\"";
        return Problems.Unauthorized("session_ended", "The session has ended", "Sign in again.");
    }
}
