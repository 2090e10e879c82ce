using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>What is known when authentication failed.</summary>
public class AuthenticationFailedContext : ResultContext<JwtBearerOptions>
{
    /// <summary>Creates the context.</summary>
    public AuthenticationFailedContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
        : base(context, scheme, options)
    {
    }

    /// <summary>Gets or sets what went wrong.</summary>
    public Exception Exception { get; set; } = default!;
}
