using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace UserService.Tests.Tokens;

public sealed class AccessTokenTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task Login_TokenOfAPerson_HasTheClaimsThatServicesReadAndVerifiesAgainstThePublishedKeys()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.CreateClient();
        using var response = await client.GetAsync("/.well-known/jwks.json");
        var keySet = new JsonWebKeySet(await response.Content.ReadAsStringAsync());

        Assert.Equal(TimeSpan.FromMinutes(5), response.Headers.CacheControl!.MaxAge);
        Assert.DoesNotContain(keySet.Keys, key => key.HasPrivateKey);
        var token = new JsonWebToken(person.Tokens.AccessToken);
        var validated = new JsonWebTokenHandler().ValidateToken(person.Tokens.AccessToken, new TokenValidationParameters
        {
            ValidIssuer = UserServiceApplication.Issuer,
            ValidAudience = "platform",
            ValidAlgorithms = ["ES256"],
            ValidTypes = ["at+jwt"],
            IssuerSigningKeys = keySet.Keys,
        });
        Assert.True(validated.IsValid, validated.Exception?.Message);
        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal(person.Id, token.Subject);
        Assert.Equal(person.Tokens.SessionId, token.GetPayloadValue<string>("sid"));
        Assert.Equal("user", token.GetPayloadValue<string>("scope"));
        Assert.Matches("^[0-9]+-[0-9]+$", token.GetPayloadValue<string>("ep"));
        Assert.StartsWith("tok_", token.Id, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(5), token.ValidTo - token.ValidFrom);
        Assert.False(token.TryGetPayloadValue<string>("email", out _));
    }

    [Fact]
    public async Task Login_TokenOfTheAdministrator_CarriesTheRole()
    {
        var tokens = await _application.SignInAdminAsync();

        Assert.Equal("admin", Assert.Single(new JsonWebToken(tokens.AccessToken).Claims, claim => claim.Type == "role").Value);
    }

    [Fact]
    public async Task Metadata_NamesIssuerAndEndpoints()
    {
        using var client = _application.CreateClient();
        var metadata = await client.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        Assert.Equal(UserServiceApplication.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal(UserServiceApplication.Issuer + "/.well-known/jwks.json", metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal(UserServiceApplication.Issuer + "/oauth/token", metadata.GetProperty("token_endpoint").GetString());
    }
}
