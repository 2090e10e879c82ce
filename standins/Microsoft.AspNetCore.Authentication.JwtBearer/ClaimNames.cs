using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Gives claims the long names that WS-Federation used, as the library did by itself once.</summary>
internal static class ClaimNames
{
    private static readonly IDictionary<string, string> Long = JwtSecurityTokenHandler.DefaultInboundClaimTypeMap;

    public static ClaimsIdentity Map(ClaimsIdentity identity)
    {
        var mapped = new ClaimsIdentity(identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType)
        {
            BootstrapContext = identity.BootstrapContext,
        };
        foreach (var claim in identity.Claims)
        {
            mapped.AddClaim(Long.TryGetValue(claim.Type, out var type) ? Rename(claim, type) : claim.Clone(mapped));
        }

        return mapped;
    }

    private static Claim Rename(Claim claim, string type)
    {
        var renamed = new Claim(type, claim.Value, claim.ValueType, claim.Issuer, claim.OriginalIssuer);
        foreach (var (key, value) in claim.Properties)
        {
            renamed.Properties[key] = value;
        }

        renamed.Properties[JwtSecurityTokenHandler.ShortClaimTypeProperty] = claim.Type;
        return renamed;
    }
}
