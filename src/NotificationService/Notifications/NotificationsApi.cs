using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;

namespace NotificationService.Notifications;

internal static class NotificationsApi
{
    private const int DefaultPage = 20;

    public static void MapNotificationsApi(this IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapGroup("/v1/notifications").WithTags("Notifications");
        notifications.MapPost("/", SendAsync).RequireScope(Scopes.SendNotifications).WithIdempotency()
            .WithName("SendNotification").WithSummary("Puts a notification into a person's inbox; services only.");

        var inbox = notifications.MapGroup("/").RequireUser();
        inbox.MapGet("/", ListAsync).WithName("ListNotifications").WithSummary("My inbox, newest first.");
        inbox.MapGet("/counts", CountAsync).WithName("CountNotifications").WithSummary("How many notifications I have, and how many unread.");
        inbox.MapPatch("/{id}", UpdateAsync).WithName("UpdateNotification").WithSummary("Marks a notification read or unread.");
        inbox.MapDelete("/{id}", RemoveAsync).WithName("RemoveNotification").WithSummary("Removes a notification from my inbox.");
        inbox.MapPost("/read-all", ReadAllAsync).WithName("ReadAllNotifications").WithSummary("Marks everything in my inbox read.");
    }

    private static async Task<Results<Created<NotificationResponse>, Ok<NotificationResponse>, ProblemHttpResult>> SendAsync(
        SendNotificationRequest request, ClaimsPrincipal caller, RedisInbox inbox, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(request.UserId, "usr"))
        {
            return Problems.BadRequest("invalid_user_id", "Not the id of a person", "Set userId to an id such as usr_01k9….");
        }

        if (NotificationContent.IsDataTooLarge(request))
        {
            return Problems.BadRequest("data_too_large", "The data of the notification is too large", "Keep data within 8 KiB of JSON, or link to it.");
        }

        var (notification, added) = await inbox.SendAsync(caller.ClientId() ?? caller.UserId(), request, cancellationToken);
        return added ? TypedResults.Created($"/v1/notifications/{notification.Id}", notification) : TypedResults.Ok(notification);
    }

    private static async Task<Results<Ok<Page<NotificationResponse>>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal caller,
        RedisInbox inbox,
        [Description("Where the page before ended.")] string? cursor,
        [Range(1, 100), DefaultValue(DefaultPage)] int? limit,
        [Description("Only what has not been read.")] bool? unread,
        CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(cursor) && !PlatformId.IsValid(cursor, "ntf"))
        {
            return Problems.BadRequest("invalid_cursor", "Not a cursor", "Send the nextCursor of the page before, unchanged.");
        }

        return TypedResults.Ok(await inbox.ListAsync(caller.UserId(), cursor, limit ?? DefaultPage, unread ?? false, cancellationToken));
    }

    private static async Task<Ok<InboxCounts>> CountAsync(ClaimsPrincipal caller, RedisInbox inbox, CancellationToken cancellationToken) =>
        TypedResults.Ok(await inbox.CountAsync(caller.UserId(), cancellationToken));

    private static async Task<Results<Ok<NotificationResponse>, ProblemHttpResult>> UpdateAsync(
        string id, UpdateNotificationRequest request, ClaimsPrincipal caller, RedisInbox inbox, CancellationToken cancellationToken)
    {
        var change = request.Read == true ? InboxChange.Read : InboxChange.Unread;
        var notification = PlatformId.IsValid(id, "ntf") ? await inbox.ChangeAsync(caller.UserId(), id, change, cancellationToken) : null;
        return notification is null ? NotFound() : TypedResults.Ok(notification);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, ClaimsPrincipal caller, RedisInbox inbox, CancellationToken cancellationToken)
    {
        var notification = PlatformId.IsValid(id, "ntf")
            ? await inbox.ChangeAsync(caller.UserId(), id, InboxChange.Removed, cancellationToken)
            : null;
        return notification is null ? NotFound() : TypedResults.NoContent();
    }

    private static async Task<Ok<InboxCounts>> ReadAllAsync(ClaimsPrincipal caller, RedisInbox inbox, CancellationToken cancellationToken)
    {
        await inbox.MarkAllReadAsync(caller.UserId(), cancellationToken);
        return TypedResults.Ok(await inbox.CountAsync(caller.UserId(), cancellationToken));
    }

    private static ProblemHttpResult NotFound() => Problems.NotFound(
        "notification_not_found", "No such notification", "It is not in your inbox: it was removed, expired, or never was yours.");
}
