namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>How endpoints are resolved.</summary>
public sealed class ServiceDiscoveryOptions
{
    /// <summary>Gets or sets whether every scheme is allowed, or those in <see cref="AllowedSchemes"/> only.</summary>
    public bool AllowAllSchemes { get; set; } = true;

    /// <summary>Gets or sets how long endpoints are kept that come from providers which do not tell of changes.</summary>
    public TimeSpan RefreshPeriod { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the schemes that are allowed where <see cref="AllowAllSchemes"/> is <see langword="false"/>.</summary>
    public IList<string> AllowedSchemes { get; set; } = [];

    /// <summary>Returns those of <paramref name="requestedSchemes"/> that are allowed; where none is requested, all that are allowed.</summary>
    public IReadOnlyList<string> ApplyAllowedSchemes(IReadOnlyList<string> requestedSchemes)
    {
        ArgumentNullException.ThrowIfNull(requestedSchemes);

        if (requestedSchemes.Count == 0)
        {
            return AllowedSchemes.AsReadOnly();
        }

        return AllowAllSchemes
            ? requestedSchemes
            : [.. requestedSchemes.Where(scheme => AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))];
    }
}
