using System.Security.Claims;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Streaming;

namespace NotificationService.Stream;

internal static class NotificationStreamApi
{
    public static void MapNotificationStreamApi(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/notifications/stream", StreamAsync)
        .RequireUser()
        .WithTags("Notifications")
        .WithName("StreamNotifications")
        .WithSummary("My inbox live, as server-sent events. Send Last-Event-ID to go on after a cut.");

    private static async Task<IResult> StreamAsync(
        ClaimsPrincipal caller, HttpRequest request, NotificationStream stream, CancellationToken cancellationToken)
    {
        var after = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : null;
        return ServerSentEvents.Stream(await stream.OpenAsync(caller.UserId(), after, cancellationToken));
    }
}
