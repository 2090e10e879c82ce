using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Revocations;

namespace Platform.ServiceDefaults.Authentication;

internal static class AuthenticationExtensions
{
    /// <summary>
    /// Bearer authentication with the platform's access tokens (RFC 9068), checked without a call to UserService: one algorithm, one
    /// issuer, one audience, one type (RFC 8725). Every endpoint needs a caller unless it says otherwise.
    /// </summary>
    public static void AddPlatformAuthentication(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.SectionName).ValidateOnStart();

        services.AddHttpClient(JwksSigningKeySource.ClientName, JwksSigningKeySource.Configure);
        services.TryAddSingleton<ISigningKeySource, JwksSigningKeySource>();
        services.AddSingleton<SigningKeys>();
        services.TryAddSingleton<IServiceTokenSource, HttpServiceTokenSource>();
        services.AddSingleton<ServiceTokens>();
        services.AddSingleton<VerifiedTokens>();
        services.AddSingleton<AccessTokenEvents>();
        services.AddRevocationList();

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>, SigningKeys, AccessTokenEvents>(Configure);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsAuthenticatedOrNobodysBusiness).Build());
    }

    /// <summary>What routing answers by itself (404, 405, 415) is no endpoint of ours: hiding it behind 401 would only mislead.</summary>
    private static bool IsAuthenticatedOrNobodysBusiness(AuthorizationHandlerContext context) =>
        context.User.Identity?.IsAuthenticated == true
        || context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static void Configure(JwtBearerOptions bearer, IOptions<AuthOptions> options, SigningKeys keys, AccessTokenEvents events)
    {
        var auth = options.Value;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = auth.Issuer,
            ValidAudience = auth.Audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            TypeValidator = AccessTokenRules.Check,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = auth.ClockSkew,
            NameClaimType = AccessTokenClaims.Subject,
            RoleClaimType = AccessTokenClaims.Role,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId),
        };
        bearer.SaveToken = false;
        bearer.Events = events;
    }
}
