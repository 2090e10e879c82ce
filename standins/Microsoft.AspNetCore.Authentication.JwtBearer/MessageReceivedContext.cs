using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>What is known when a request arrives.</summary>
public class MessageReceivedContext : ResultContext<JwtBearerOptions>
{
    /// <summary>Creates the context.</summary>
    public MessageReceivedContext(HttpContext context, AuthenticationScheme scheme, JwtBearerOptions options)
        : base(context, scheme, options)
    {
    }

    /// <summary>Gets or sets the token; where it is not set, the <c>Authorization</c> header has it.</summary>
    public string? Token { get; set; }
}
