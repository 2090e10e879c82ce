using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Derives from the options that are set those that are not.</summary>
public class JwtBearerPostConfigureOptions : IPostConfigureOptions<JwtBearerOptions>
{
    private const int LargestMetadata = 10 * 1024 * 1024;

    /// <inheritdoc />
    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        if (string.IsNullOrEmpty(options.TokenValidationParameters.ValidAudience) && !string.IsNullOrEmpty(options.Audience))
        {
            options.TokenValidationParameters.ValidAudience = options.Audience;
        }

        options.ConfigurationManager ??= CreateManager(options);
    }

    private static IConfigurationManager<OpenIdConnectConfiguration>? CreateManager(JwtBearerOptions options)
    {
        if (options.Configuration is { } configuration)
        {
            return new StaticConfigurationManager<OpenIdConnectConfiguration>(configuration);
        }

        if (string.IsNullOrEmpty(options.MetadataAddress))
        {
            if (string.IsNullOrEmpty(options.Authority))
            {
                return null;
            }

            options.MetadataAddress = $"{options.Authority.TrimEnd('/')}/.well-known/openid-configuration";
        }

        if (options.RequireHttpsMetadata && !options.MetadataAddress.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                "The MetadataAddress or Authority must use HTTPS unless disabled for development by setting RequireHttpsMetadata=false.");
        }

        options.Backchannel ??= CreateBackchannel(options);
        return new MetadataManager(
            options.MetadataAddress,
            new HttpDocumentRetriever(options.Backchannel) { RequireHttps = options.RequireHttpsMetadata },
            options.AutomaticRefreshInterval,
            options.RefreshInterval,
            options.TimeProvider ?? TimeProvider.System);
    }

    private static HttpClient CreateBackchannel(JwtBearerOptions options)
    {
        var client = new HttpClient(options.BackchannelHttpHandler ?? new HttpClientHandler())
        {
            Timeout = options.BackchannelTimeout,
            MaxResponseContentBufferSize = LargestMetadata,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Microsoft ASP.NET Core JwtBearer handler");
        return client;
    }
}
