using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Asks UserService, with this service's client id and secret (client credentials, RFC 6749 section 4.4).</summary>
internal sealed class HttpServiceTokenSource(IHttpClientFactory clients, IOptions<AuthOptions> options) : IServiceTokenSource
{
    public async Task<IssuedServiceToken> IssueAsync(string scopes)
    {
        var auth = options.Value;
        if (auth.ClientId is not { Length: > 0 } clientId || auth.ClientSecret is not { Length: > 0 } clientSecret)
        {
            throw new InvalidOperationException(
                "Auth:ClientId and Auth:ClientSecret are missing, so this service cannot call others. Set Auth__ClientId and Auth__ClientSecret; the AppHost does so.");
        }

        using var client = clients.CreateClient(JwksSigningKeySource.ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(clientSecret)}")));
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", scopes)]);

        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>()
            ?? throw new InvalidDataException("UserService answered the token request without a token.");
        return new IssuedServiceToken(answer.AccessToken, TimeSpan.FromSeconds(answer.ExpiresIn));
    }

    private sealed record TokenAnswer(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
