using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Who may call an endpoint or a group of them.</summary>
public static class EndpointAuthorizationExtensions
{
    private static readonly AuthorizationPolicy User = new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser().RequireClaim(AccessTokenClaims.SessionId).Build();

    private static readonly AuthorizationPolicy Admin = new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser().RequireClaim(AccessTokenClaims.SessionId).RequireRole(AccessTokenClaims.AdminRole).Build();

    /// <summary>A signed-in person.</summary>
    public static TBuilder RequireUser<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(User);

    /// <summary>A signed-in administrator.</summary>
    public static TBuilder RequireAdmin<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(Admin);

    /// <summary>Anyone whose token has this scope, as services' tokens have.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().AddRequirements(new ScopeRequirement(scope)).Build());
}
