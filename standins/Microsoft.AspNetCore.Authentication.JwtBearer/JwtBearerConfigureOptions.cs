using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Reads <c>Authentication:Schemes:{scheme}</c>, which <c>dotnet user-jwts</c> writes.</summary>
internal sealed class JwtBearerConfigureOptions(IAuthenticationConfigurationProvider schemes) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (string.IsNullOrEmpty(name))
        {
            return;
        }

        var section = schemes.GetSchemeConfiguration(name);
        if (section is null || !section.GetChildren().Any())
        {
            return;
        }

        // Everything but the validation parameters has the options' own names and shapes.
        var scalars = new ConfigurationBuilder()
            .AddInMemoryCollection(section.GetChildren().Where(static child => child.Value is not null)
                .Select(static child => KeyValuePair.Create(child.Key, child.Value)))
            .Build();
        scalars.Bind(options);
        options.TokenValidationParameters = ReadValidation(section);
    }

    private static TokenValidationParameters ReadValidation(IConfiguration section)
    {
        var issuers = ReadMany(section, nameof(TokenValidationParameters.ValidIssuer));
        var audiences = ReadMany(section, nameof(TokenValidationParameters.ValidAudience));
        return new TokenValidationParameters
        {
            ValidateIssuer = issuers.Count > 0,
            ValidIssuers = issuers,
            ValidateAudience = audiences.Count > 0,
            ValidAudiences = audiences,
            ValidateIssuerSigningKey = true,
            IssuerSigningKeys = ReadSigningKeys(section, issuers),
        };
    }

    private static List<string> ReadMany(IConfiguration section, string singular)
        => [.. section.GetSection($"{singular}s").GetChildren().Append(section.GetSection(singular)).Select(static child => child.Value).OfType<string>()];

    private static List<SecurityKey> ReadSigningKeys(IConfiguration section, List<string> issuers)
        => [.. section.GetSection("SigningKeys").GetChildren()
            .Where(key => key["Issuer"] is { } issuer && issuers.Contains(issuer) && key["Value"] is { Length: > 0 })
            .Select(static key => new SymmetricSecurityKey(Convert.FromBase64String(key["Value"]!)))];
}
