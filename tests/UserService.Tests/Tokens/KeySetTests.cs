using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.TestKit;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

public sealed class KeySetTests(ServiceFixture service)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_AskedForAgain_AreSentOnlyWhereTheyChanged()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString, settings: new() { ["Redis:OperationTimeout"] = "00:00:05" });
        using var client = application.CreateClient();
        using var first = await client.GetAsync("/.well-known/jwks.json", Stop);
        var tag = first.Headers.ETag!;

        Assert.False(tag.IsWeak);
        using var same = await AskAsync(client, tag);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Empty(await same.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(tag, same.Headers.ETag);
        Assert.Equal(first.Headers.CacheControl!.ToString(), same.Headers.CacheControl!.ToString());

        var ring = application.Services.GetRequiredService<KeyRing>();
        await new StoredRing(service.Redis.GetDatabase(), application.KeyPrefix).RipenAsync();
        await ring.TurnAsync(KeyRingTurn.Rotate, Stop);
        using var changed = await AskAsync(client, tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag);
        var keys = JsonDocument.Parse(await changed.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(3, keys.Count);
        Assert.All(keys, key => Assert.Equal(
            ["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("00:00:40", 20)]
    [InlineData("00:15:00", 300)]
    public async Task Keys_InACache_AreGoneWellBeforeAnUnknownKeySigns(string publishedBefore, int seconds)
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString, settings: new()
        {
            ["Tokens:KeyPublishedBefore"] = publishedBefore, ["Tokens:KeyRingInterval"] = "00:00:09", ["Redis:OperationTimeout"] = "00:00:05",
        });
        using var client = application.CreateClient();
        using var response = await client.GetAsync("/.well-known/jwks.json", Stop);

        Assert.Equal($"public, max-age={seconds}", response.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Metadata_NamesEveryEndpointAuthenticationMethodAndScope(string path)
    {
        using var client = service.Application.CreateClient();
        using var response = await client.GetAsync(path, Stop);
        var metadata = await UserServiceApplication.ReadAsync(response);

        foreach (var (name, endpoint) in new Dictionary<string, string>
        {
            ["token_endpoint"] = "/oauth/token", ["introspection_endpoint"] = "/oauth/introspect", ["revocation_endpoint"] = "/oauth/revoke",
            ["jwks_uri"] = "/.well-known/jwks.json",
        })
        {
            Assert.Equal(UserServiceApplication.Issuer + endpoint, metadata.GetProperty(name).GetString());
        }

        Assert.Equal(["client_secret_basic", "client_secret_post", "Bearer"], Words(metadata, "introspection_endpoint_auth_methods_supported"));
        Assert.Equal(["client_secret_basic", "client_secret_post", "Bearer", "none"], Words(metadata, "revocation_endpoint_auth_methods_supported"));
        var scopes = typeof(Scopes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(scopes.Order(StringComparer.Ordinal), Words(metadata, "scopes_supported").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Words(JsonElement metadata, string name) => metadata.GetProperty(name).EnumerateArray().Select(word => word.GetString()!);

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, EntityTagHeaderValue tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json");
        request.Headers.IfNoneMatch.Add(tag);
        return client.SendAsync(request, Stop);
    }
}
