using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit.Tokens;
using UserService.Revocations;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

public sealed class TokenAttackTests(AttackedUserService service) : Shared.TokenAttackTests(service), IClassFixture<AttackedUserService>;

/// <summary>The service that signs: the forge has its key from its own ring, and somebody really signed in.</summary>
public sealed class AttackedUserService : Shared.AttackedService
{
    private UserServiceApplication? _application;

    public override string Path => "/v1/users/me";

    public override int KeySetLoads => 0;

    public override Task RevokeSessionAsync(string sessionId) =>
        _application!.Services.GetRequiredService<Revoker>().RevokeSessionsAsync([sessionId], CancellationToken.None);

    private protected override Task<WebApplicationFactory<Program>> CreateAsync() =>
        Task.FromResult<WebApplicationFactory<Program>>(_application = new UserServiceApplication(Redis.ConnectionString));

    private protected override async Task<TokenForge> CreateForgeAsync(Uri trap)
    {
        var person = await _application!.NewPersonAsync();
        var key = await _application.Services.GetRequiredService<KeyRing>().GetActiveAsync(CancellationToken.None);
        return new TokenForge(
            key.SecurityKey.ECDsa, key.Id,
            new()
            {
                ["iss"] = UserServiceApplication.Issuer, ["aud"] = "platform", ["sub"] = person.Id, ["sid"] = person.Tokens.SessionId, ["scope"] = "user", ["ep"] = 0,
            },
            person.Tokens.RefreshToken, trap);
    }

    private protected override async Task CleanAsync() => await _application!.DisposeAsync();
}
