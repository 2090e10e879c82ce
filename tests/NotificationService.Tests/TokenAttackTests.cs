using Microsoft.AspNetCore.Mvc.Testing;
using Platform.Contracts;
using Platform.TestKit.Tokens;

namespace NotificationService.Tests;

public sealed class TokenAttackTests(AttackedNotificationService service) : Shared.TokenAttackTests(service), IClassFixture<AttackedNotificationService>;

public sealed class AttackedNotificationService : Shared.AttackedService
{
    private Inboxes? _application;

    public override string Path => "/v1/notifications/counts";

    public override int KeySetLoads => _application!.Issuer.KeySetLoads;

    public override Task RevokeSessionAsync(string sessionId)
    {
        _application!.Issuer.RevokeSession(sessionId);
        return Task.CompletedTask;
    }

    private protected override Task<WebApplicationFactory<Program>> CreateAsync() =>
        Task.FromResult<WebApplicationFactory<Program>>(_application = new Inboxes(Redis.ConnectionString));

    private protected override Task<TokenForge> CreateForgeAsync(Uri trap) => Task.FromResult(_application!.Issuer.CreateForge(PlatformId.New("usr"), trap));

    private protected override async Task CleanAsync() => await _application!.DisposeAsync();
}
