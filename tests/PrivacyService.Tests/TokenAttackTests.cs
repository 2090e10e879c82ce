using Microsoft.AspNetCore.Mvc.Testing;
using Platform.Contracts;
using Platform.TestKit.Tokens;

namespace PrivacyService.Tests;

public sealed class TokenAttackTests(AttackedPrivacyService service) : Shared.TokenAttackTests(service), IClassFixture<AttackedPrivacyService>;

public sealed class AttackedPrivacyService : Shared.AttackedService
{
    private PrivacyApplication? _application;

    public override string Path => "/v1/pseudonyms/psn_unheard-of";

    public override int AcceptedStatus => 404;

    public override int KeySetLoads => _application!.Issuer.KeySetLoads;

    public override Task RevokeSessionAsync(string sessionId)
    {
        _application!.Issuer.RevokeSession(sessionId);
        return Task.CompletedTask;
    }

    private protected override Task<WebApplicationFactory<Program>> CreateAsync() =>
        Task.FromResult<WebApplicationFactory<Program>>(_application = new PrivacyApplication(Redis.ConnectionString));

    private protected override Task<TokenForge> CreateForgeAsync(Uri trap) => Task.FromResult(_application!.Issuer.CreateForge(PlatformId.New("usr"), trap));

    private protected override async Task CleanAsync() => await _application!.DisposeAsync();
}
