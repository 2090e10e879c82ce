using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Problems;

/// <summary>What a token lacks for an endpoint, from what the endpoint requires. Only for who has a token: others are told to get one.</summary>
internal static class ForbiddenDetail
{
    private const string Unnamed = "The access token does not allow this.";

    public static string Of(HttpContext http)
    {
        if (http.User.Identity?.IsAuthenticated != true || http.GetEndpoint() is not { } endpoint)
        {
            return Unnamed;
        }

        var missing = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>().SelectMany(policy => policy.Requirements)
            .Select(requirement => Missing(requirement, http)).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return missing.Length == 0 ? Unnamed : $"This takes the access token of {string.Join(" and ", missing)}.";
    }

    private static string? Missing(IAuthorizationRequirement requirement, HttpContext http) => requirement switch
    {
        ScopeRequirement { Scope: var scope } when !http.User.HasScope(scope) => $"a client with the scope {scope}",
        RolesAuthorizationRequirement { AllowedRoles: var roles } when !roles.Any(http.User.IsInRole) =>
            $"a person with the role {string.Join(" or ", roles)} (a role that was given since is in the next token)",
        ClaimsAuthorizationRequirement { ClaimType: AccessTokenClaims.SessionId } when http.User.IsService() => "a person who signed in, not of a service",
        _ => null,
    };
}
