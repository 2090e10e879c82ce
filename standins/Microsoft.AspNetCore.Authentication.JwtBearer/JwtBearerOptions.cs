using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>How bearer tokens are checked.</summary>
public class JwtBearerOptions : AuthenticationSchemeOptions
{
    /// <summary>Gets or sets whether metadata must come over HTTPS.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>Gets or sets where metadata is found; where it is not set, it is derived from <see cref="Authority"/>.</summary>
    public string MetadataAddress { get; set; } = default!;

    /// <summary>Gets or sets who issues the tokens.</summary>
    public string? Authority { get; set; }

    /// <summary>Gets or sets the audience, where <see cref="TokenValidationParameters"/> do not name one.</summary>
    public string? Audience { get; set; }

    /// <summary>Gets or sets the challenge in the <c>WWW-Authenticate</c> header.</summary>
    public string Challenge { get; set; } = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>Gets or sets the events. There are none until they are set: assign an instance rather than to its members.</summary>
    public new JwtBearerEvents Events
    {
        get => (JwtBearerEvents)base.Events!;
        set => base.Events = value;
    }

    /// <summary>Gets or sets the handler of the requests for metadata.</summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }

    /// <summary>Gets or sets the client of the requests for metadata.</summary>
    public HttpClient Backchannel { get; set; } = default!;

    /// <summary>Gets or sets how long a request for metadata may take.</summary>
    public TimeSpan BackchannelTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets metadata that is known beforehand and never asked for.</summary>
    public OpenIdConnectConfiguration? Configuration { get; set; }

    /// <summary>Gets or sets what keeps the metadata; where it is not set, one is made of the address and the backchannel.</summary>
    public IConfigurationManager<OpenIdConnectConfiguration>? ConfigurationManager { get; set; }

    /// <summary>Gets or sets whether an unknown signing key leads to a look at the metadata.</summary>
    public bool RefreshOnIssuerKeyNotFound { get; set; } = true;

    /// <summary>Gets or sets how tokens are validated.</summary>
    public TokenValidationParameters TokenValidationParameters { get; set; } = new();

    /// <summary>Gets or sets whether the token is kept in the authentication properties.</summary>
    public bool SaveToken { get; set; } = true;

    /// <summary>Gets or sets whether the challenge says what is wrong with the token.</summary>
    public bool IncludeErrorDetails { get; set; } = true;

    /// <summary>Gets or sets whether claims get the long names of WS-Federation.</summary>
    public bool MapInboundClaims { get; set; } = true;

    /// <summary>Gets or sets how old metadata may become.</summary>
    public TimeSpan AutomaticRefreshInterval { get; set; } = ConfigurationManager<OpenIdConnectConfiguration>.DefaultAutomaticRefreshInterval;

    /// <summary>Gets or sets how long, at least, lies between two looks at the metadata that unknown keys lead to.</summary>
    public TimeSpan RefreshInterval { get; set; } = ConfigurationManager<OpenIdConnectConfiguration>.DefaultRefreshInterval;
}
