using Microsoft.AspNetCore.Mvc.Testing;
using Platform.Contracts;

namespace PrivacyService.Tests;

public sealed class AccessMatrixTests(AccessedPrivacyService service) : Shared.AccessMatrixTests(service), IClassFixture<AccessedPrivacyService>;

public sealed class AccessedPrivacyService : Shared.AccessedService
{
    private PrivacyApplication? _application;

    internal override async Task<Shared.AccessScene> NewSceneAsync()
    {
        var (owner, other) = (PlatformId.New("usr"), PlatformId.New("usr"));
        using var client = _application!.Person(owner);
        var answer = await client.PseudonymizeAsync("""{"email":"ada@example.com"}""").ReadAsync();
        return new(
            TokensOf(_application.Issuer, owner, other), new Dictionary<string, string>
            {
                ["user"] = owner, ["pseudonym"] = answer.GetProperty("pseudonymId").GetString()!,
            });
    }

    private protected override Task<WebApplicationFactory<Program>> CreateAsync() =>
        Task.FromResult<WebApplicationFactory<Program>>(_application = new PrivacyApplication(Redis.ConnectionString));

    private protected override async Task CleanAsync() => await _application!.DisposeAsync();
}
