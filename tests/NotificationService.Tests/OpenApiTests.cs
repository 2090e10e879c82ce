namespace NotificationService.Tests;

public sealed class OpenApiTests(AccessedNotificationService service) : Shared.OpenApiTests(service), IClassFixture<AccessedNotificationService>;
