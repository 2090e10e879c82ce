using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Bearer;

/// <summary>A service that is protected by bearer tokens.</summary>
internal sealed class ResourceServer : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly HttpClient _client;

    private ResourceServer(LoopbackServer server)
    {
        _server = server;
        _client = server.CreateClient();
    }

    public Uri Address => _server.Address;

    public IServiceProvider Services => _server.Services;

    public static Task<ResourceServer> StartAsync(Issuer issuer, Action<JwtBearerOptions>? configure = null)
        => StartAsync(authentication => authentication.AddJwtBearer(options =>
        {
            options.Authority = issuer.Name;
            options.Audience = Issuer.Audience;
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidTypes = ["at+jwt"],
                NameClaimType = "sub",
                RoleClaimType = "role",
            };
            configure?.Invoke(options);
        }));

    public static async Task<ResourceServer> StartAsync(Action<AuthenticationBuilder> addSchemes, Action<WebApplicationBuilder>? build = null)
        => new(await LoopbackServer.StartAsync(
            builder =>
            {
                build?.Invoke(builder);
                addSchemes(builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme));
                builder.Services.AddAuthorizationBuilder().AddPolicy("nobody", policy => policy.RequireClaim("nobody"));
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGet("/claims", (ClaimsPrincipal user) => user.Claims.Select(claim => $"{claim.Type}={claim.Value}")).RequireAuthorization();
                app.MapGet("/name", (ClaimsPrincipal user) => $"{user.Identity!.Name} {user.IsInRole("admin")}").RequireAuthorization();
                app.MapGet("/token", (HttpContext context, ClaimsPrincipal _) => context.GetTokenAsync("access_token")).RequireAuthorization();
                app.MapGet("/nobody", () => "never").RequireAuthorization("nobody");
            }));

    public async Task<Answer> GetAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        using var response = await _client.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            string.Join(" | ", response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values : []),
            await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    internal sealed record Answer(int Status, string Challenge, string Body);
}
