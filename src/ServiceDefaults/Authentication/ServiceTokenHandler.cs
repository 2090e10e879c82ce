using System.Net;
using System.Net.Http.Headers;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Signs calls to other services with this service's own token. A refused token is replaced once, then the refusal stands.</summary>
internal sealed class ServiceTokenHandler(ServiceTokens tokens, string scopes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var token = await tokens.GetAsync(scopes, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        tokens.Forget(scopes, token);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(scopes, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
