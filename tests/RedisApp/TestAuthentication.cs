using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Platform.RedisApp;

/// <summary>The caller is who the header <c>X-User</c> says; further claims come from <c>X-Claim: type=value</c>.</summary>
public static class TestAuthentication
{
    public static void AddTestAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, Handler>("test", null);
        services.AddAuthorization();
    }

    private sealed class Handler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-User"] is not [{ Length: > 0 } user])
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new Claim("sub", user)], Scheme.Name, "sub", "role");
            foreach (var claim in Request.Headers["X-Claim"])
            {
                if (claim?.Split('=', 2) is [var type, var value])
                {
                    identity.AddClaim(new Claim(type, value));
                }
            }

            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
