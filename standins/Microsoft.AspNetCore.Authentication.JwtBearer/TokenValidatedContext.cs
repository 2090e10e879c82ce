using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>What is known when the token is valid.</summary>
public class TokenValidatedContext : ResultContext<JwtBearerOptions>
{
    /// <summary>Creates the context.</summary>
    public TokenValidatedContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
        : base(context, scheme, options)
    {
    }

    /// <summary>Gets or sets the token.</summary>
    public SecurityToken SecurityToken { get; set; } = default!;
}
