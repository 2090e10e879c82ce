using System.Globalization;
using System.Security.Claims;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Who calls, in the platform's words.</summary>
public static class ClaimsPrincipalExtensions
{
    /// <summary>The person who calls, <c>usr_…</c>.</summary>
    /// <exception cref="InvalidOperationException">The caller is a service: the endpoint forgot <c>RequireUser()</c>.</exception>
    public static string UserId(this ClaimsPrincipal principal) =>
        principal.IsService() ? throw new InvalidOperationException("The caller is not a person.") : Required(principal, AccessTokenClaims.Subject);

    /// <summary>The session of the person who calls, <c>ses_…</c>.</summary>
    public static string SessionId(this ClaimsPrincipal principal) => Required(principal, AccessTokenClaims.SessionId);

    /// <summary>The client id of the service that calls; null for persons.</summary>
    public static string? ClientId(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.FindFirstValue(AccessTokenClaims.ClientId);
    }

    public static bool IsService(this ClaimsPrincipal principal) => principal.ClientId() is not null;

    public static bool IsAdmin(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.IsInRole(AccessTokenClaims.AdminRole);
    }

    /// <summary>When the person who calls proved who they are; null for services.</summary>
    public static DateTimeOffset? AuthenticatedAt(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return long.TryParse(principal.FindFirstValue(AccessTokenClaims.AuthenticatedAt), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }

    /// <summary>Whether the token's <c>scope</c> holds this word.</summary>
    public static bool HasScope(this ClaimsPrincipal principal, string scope)
    {
        ArgumentNullException.ThrowIfNull(principal);
        if (principal.FindFirst(AccessTokenClaims.Scope)?.Value is not { } granted)
        {
            return false;
        }

        foreach (var word in granted.AsSpan().Split(' '))
        {
            if (granted.AsSpan(word).SequenceEqual(scope))
            {
                return true;
            }
        }

        return false;
    }

    private static string Required(ClaimsPrincipal principal, string claim)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.FindFirstValue(claim) ?? throw new InvalidOperationException($"The access token has no claim '{claim}'.");
    }
}
