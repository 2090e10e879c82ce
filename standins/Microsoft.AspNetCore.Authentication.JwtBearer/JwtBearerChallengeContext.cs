using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>What the challenge is going to say.</summary>
public class JwtBearerChallengeContext : PropertiesContext<JwtBearerOptions>
{
    /// <summary>Creates the context.</summary>
    public JwtBearerChallengeContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options, AuthenticationProperties properties)
        : base(context, scheme, options, properties)
    {
    }

    /// <summary>Gets or sets why authentication failed; <see langword="null"/> where there was no token.</summary>
    public Exception? AuthenticateFailure { get; set; }

    /// <summary>Gets or sets the error code.</summary>
    public string? Error { get; set; }

    /// <summary>Gets or sets the error in words.</summary>
    public string? ErrorDescription { get; set; }

    /// <summary>Gets or sets where to read about the error.</summary>
    public string? ErrorUri { get; set; }

    /// <summary>Gets whether the application has sent the challenge itself.</summary>
    public bool Handled { get; private set; }

    /// <summary>Says that the application has sent the challenge itself.</summary>
    public void HandleResponse() => Handled = true;
}
