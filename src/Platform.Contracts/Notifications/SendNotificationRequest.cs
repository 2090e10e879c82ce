using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Platform.Contracts.Notifications;

/// <summary>Puts one notification into one person's inbox.</summary>
/// <param name="UserId">The person, <c>usr_…</c>.</param>
/// <param name="Category">What it is about, in dotted lower case, such as <c>task.completed</c>.</param>
/// <param name="Title">One line.</param>
/// <param name="Body">Plain text, up to 4,000 characters.</param>
/// <param name="Link">Where to look, an absolute path or an absolute http(s) URL.</param>
/// <param name="Data">Anything the receiver's program needs, up to 8 KiB of JSON.</param>
/// <param name="DedupeKey">Sent again with the same key, the same notification is answered and nothing is added.</param>
public sealed record SendNotificationRequest(
    [property: Required, StringLength(64)] string UserId,
    [property: Required, StringLength(64), RegularExpression("^[a-z0-9]+([._-][a-z0-9]+)*$")] string Category,
    [property: Required, StringLength(200)] string Title,
    [property: StringLength(4000)] string? Body = null,
    [property: StringLength(2000), RegularExpression(@"(/(?![/\\])|https?://)\S*", ErrorMessage = "Link is an absolute path or an absolute http(s) URL.")] string? Link = null,
    JsonElement? Data = null,
    [property: StringLength(128)] string? DedupeKey = null);
