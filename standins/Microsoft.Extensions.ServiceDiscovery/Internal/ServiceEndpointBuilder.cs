using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery;

internal sealed class ServiceEndpointBuilder : IServiceEndpointBuilder
{
    private readonly List<IChangeToken> _changeTokens = [];
    private readonly List<ServiceEndpoint> _endpoints = [];

    public IList<ServiceEndpoint> Endpoints => _endpoints;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public void AddChangeToken(IChangeToken changeToken) => _changeTokens.Add(changeToken);

    public ServiceEndpointSource Build() => new(_endpoints, new AnyChangeToken([.. _changeTokens]), Features);

    /// <summary>Watchers ask whether it changed and never register, so nothing is held that would have to be released.</summary>
    private sealed class AnyChangeToken(IChangeToken[] tokens) : IChangeToken
    {
        public bool HasChanged => Array.Exists(tokens, static token => token.HasChanged);

        public bool ActiveChangeCallbacks => Array.Exists(tokens, static token => token.ActiveChangeCallbacks);

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state)
            => new CompositeChangeToken(tokens).RegisterChangeCallback(callback, state);
    }
}
