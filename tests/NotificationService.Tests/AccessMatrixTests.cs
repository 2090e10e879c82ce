using Microsoft.AspNetCore.Mvc.Testing;
using Platform.Contracts;

namespace NotificationService.Tests;

public sealed class AccessMatrixTests(AccessedNotificationService service) : Shared.AccessMatrixTests(service), IClassFixture<AccessedNotificationService>;

public sealed class AccessedNotificationService : Shared.AccessedService
{
    private Inboxes? _application;

    internal override async Task<Shared.AccessScene> NewSceneAsync()
    {
        var (owner, other) = (PlatformId.New("usr"), PlatformId.New("usr"));
        var notification = await _application!.SendAsync(owner, "Done");
        return new(
            TokensOf(_application.Issuer, owner, other), new Dictionary<string, string> { ["user"] = owner, ["notification"] = notification.Id });
    }

    private protected override Task<WebApplicationFactory<Program>> CreateAsync() =>
        Task.FromResult<WebApplicationFactory<Program>>(_application = new Inboxes(Redis.ConnectionString));

    private protected override async Task CleanAsync() => await _application!.DisposeAsync();
}
