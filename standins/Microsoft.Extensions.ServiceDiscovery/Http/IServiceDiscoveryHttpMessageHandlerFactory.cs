namespace Microsoft.Extensions.ServiceDiscovery.Http;

/// <summary>Puts service discovery before handlers that no client factory made.</summary>
public interface IServiceDiscoveryHttpMessageHandlerFactory
{
    /// <summary>Returns a handler that resolves the endpoint and hands the request to <paramref name="handler"/>.</summary>
    HttpMessageHandler CreateHandler(HttpMessageHandler handler);
}
