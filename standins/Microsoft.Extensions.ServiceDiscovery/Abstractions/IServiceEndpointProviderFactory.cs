using System.Diagnostics.CodeAnalysis;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Creates providers. Factories are asked in the order of their registration.</summary>
public interface IServiceEndpointProviderFactory
{
    /// <summary>Creates the provider for a query, where this factory has one.</summary>
    bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider);
}
