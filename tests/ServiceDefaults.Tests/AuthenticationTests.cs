using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Authentication;
using Platform.TestKit;

namespace ServiceDefaults.Tests;

public class AuthenticationTests
{
    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/me", (ClaimsPrincipal caller) => caller.UserId()).RequireUser();
        routes.MapGet("/scoped", (ClaimsPrincipal caller) => caller.ClientId()).RequireScope("notifications:send");
        routes.MapGet("/admin", () => "yes").RequireAdmin();
        routes.MapGet("/forgotten", () => "nobody said who may call this");
    }

    [Fact]
    public async Task Endpoint_TokenOfAPerson_IsAnswered()
    {
        await using var service = await TestService.StartAsync(Map);

        Assert.Equal("usr_1", await service.Client(service.Issuer.UserToken("usr_1")).GetStringAsync("/me"));
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/forgotten")]
    public async Task Endpoint_NoToken_IsRefusedWithAChallengeAndAProblem(string path)
    {
        await using var service = await TestService.StartAsync(Map);

        using var response = await service.Client().GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("unauthorized", problem.GetProperty("code").GetString());
        Assert.Equal("urn:platform:problem:unauthorized", problem.GetProperty("type").GetString());
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString());
    }

    public static TheoryData<string> Attacks => new(
        "none", "hs256 with the public key", "another key", "wrong type", "wrong audience", "wrong issuer", "expired", "not yet valid",
        "no expiry", "changed payload", "cut signature", "not a token", "huge", "deep header", "no key id");

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Endpoint_ForgedToken_IsRefused(string attack)
    {
        await using var service = await TestService.StartAsync(Map);
        Assert.Equal(HttpStatusCode.OK, (await service.Client(service.Issuer.UserToken("usr_1")).GetAsync("/me")).StatusCode);

        using var response = await service.Client(Forge(attack, service.Issuer)).GetAsync("/me");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Refusal_OfATokenThatIsGood_NamesTheRoleOrScopeThatItLacks()
    {
        await using var service = await TestService.StartAsync(Map);
        var person = service.Issuer.UserToken("usr_1");
        var client = service.Issuer.ServiceToken("taskservice", "privacy:pseudonymize");

        Assert.Contains("the role admin", await DetailAsync(person, "/admin"), StringComparison.Ordinal);
        Assert.Contains("the scope notifications:send", await DetailAsync(client, "/scoped"), StringComparison.Ordinal);
        Assert.Contains("a person who signed in", await DetailAsync(client, "/me"), StringComparison.Ordinal);
        var anonymous = await DetailAsync(null, "/admin");
        Assert.DoesNotContain("role", anonymous, StringComparison.Ordinal);

        async Task<string> DetailAsync(string? token, string path)
        {
            using var response = await service.Client(token).GetAsync(path);
            using var problem = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal(token is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, response.StatusCode);
            return problem.RootElement.GetProperty("detail").GetString()!;
        }
    }

    [Fact]
    public async Task Endpoint_WrongKindOfCaller_IsForbidden()
    {
        await using var service = await TestService.StartAsync(Map);
        var person = service.Client(service.Issuer.UserToken("usr_1"));
        var other = service.Client(service.Issuer.ServiceToken("taskservice", "notifications:sender privacy:pseudonymize"));
        var sender = service.Client(service.Issuer.ServiceToken("taskservice", "privacy:pseudonymize notifications:send"));
        var admin = service.Client(service.Issuer.UserToken("usr_2", "admin"));

        Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync("/scoped")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("/scoped")).StatusCode);
        Assert.Equal("taskservice", await sender.GetStringAsync("/scoped"));
        Assert.Equal(HttpStatusCode.Forbidden, (await sender.GetAsync("/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync("/admin")).StatusCode);
        Assert.Equal("yes", await admin.GetStringAsync("/admin"));
    }

    [Fact]
    public async Task Endpoint_UserServiceNotThereYet_IsUnavailableAndThenAnswers()
    {
        var away = true;
        await using var service = await TestService.StartAsync(Map, userService: issuer => new Switched(() => away, issuer.CreateHandler()));
        var client = service.Client(service.Issuer.UserToken("usr_1"));

        using var response = await client.GetAsync("/me");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));

        away = false;
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/me")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(10), "keys are loaded when they can be had");
    }

    [Fact]
    public async Task Endpoint_FloodOfUnknownKeys_LoadsKeysOnceMoreAtMost()
    {
        var loads = 0;
        await using var service = await TestService.StartAsync(Map, userService: issuer => new Counted(
            "/.well-known/jwks.json", () => Interlocked.Increment(ref loads), issuer.CreateHandler()));
        Assert.Equal(HttpStatusCode.OK, (await service.Client(service.Issuer.UserToken("usr_1")).GetAsync("/me")).StatusCode);

        using var foreign = new TokenIssuer();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => service.Client(Forge("another key", foreign)).GetAsync("/me")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.InRange(loads, 1, 2);
    }

    private static string Forge(string attack, TokenIssuer issuer)
    {
        var claims = new Dictionary<string, object> { ["sub"] = "usr_1", ["sid"] = "ses_1" };
        var valid = issuer.UserToken("usr_1").Split('.');
        switch (attack)
        {
            case "none":
                return Encode("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + valid[1] + ".";
            case "hs256 with the public key":
                var unsigned = Encode("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":" + JsonSerializer.Serialize(KeyId(issuer)) + "}") + "." + valid[1];
                return unsigned + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(issuer.KeySet()), Encoding.ASCII.GetBytes(unsigned)));
            case "another key":
                using (var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    var key = new ECDsaSecurityKey(foreign) { KeyId = Guid.NewGuid().ToString("n") };
                    return issuer.Sign(claims, descriptor => descriptor.SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256));
                }

            case "wrong type": return issuer.Sign(claims, descriptor => descriptor.TokenType = "JWT");
            case "wrong audience": return issuer.Sign(claims, descriptor => descriptor.Audience = "other");
            case "wrong issuer": return issuer.Sign(claims, descriptor => descriptor.Issuer = "http://other");
            case "expired":
                return issuer.Sign(claims, descriptor =>
                {
                    descriptor.IssuedAt = descriptor.NotBefore = DateTime.UtcNow.AddMinutes(-10);
                    descriptor.Expires = DateTime.UtcNow.AddMinutes(-1);
                });
            case "not yet valid": return issuer.Sign(claims, descriptor => descriptor.NotBefore = DateTime.UtcNow.AddMinutes(2));
            case "no expiry": return issuer.SignWithoutExpiry(claims);
            case "changed payload": return valid[0] + "." + Encode("{\"sub\":\"usr_2\",\"sid\":\"ses_2\"}") + "." + valid[2];
            case "cut signature": return valid[0] + "." + valid[1] + "." + valid[2][..^4];
            case "not a token": return "x";
            case "huge": return new string('a', 12_000) + "." + valid[1] + "." + valid[2];
            case "deep header": return Encode(string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200)) + "." + valid[1] + "." + valid[2];
            case "no key id": return Encode("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}") + "." + valid[1] + "." + valid[2];
            default: throw new ArgumentOutOfRangeException(nameof(attack), attack, null);
        }
    }

    private static string KeyId(TokenIssuer issuer) =>
        JsonDocument.Parse(issuer.KeySet()).RootElement.GetProperty("keys")[0].GetProperty("kid").GetString()!;

    private static string Encode(string text) => Base64UrlEncoder.Encode(text);

    private sealed class Counted(string path, Action count, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == path)
            {
                count();
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Switched(Func<bool> away, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            away() ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound)) : base.SendAsync(request, cancellationToken);
    }
}
