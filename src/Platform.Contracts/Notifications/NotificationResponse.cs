using System.Text.Json;

namespace Platform.Contracts.Notifications;

/// <summary>A notification as its receiver sees it.</summary>
public sealed record NotificationResponse(
    string Id,
    string Category,
    string Title,
    string? Body,
    string? Link,
    JsonElement? Data,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReadAt);
