using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>What is known when the caller is not allowed.</summary>
public class ForbiddenContext : ResultContext<JwtBearerOptions>
{
    /// <summary>Creates the context.</summary>
    public ForbiddenContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
        : base(context, scheme, options)
    {
    }
}
