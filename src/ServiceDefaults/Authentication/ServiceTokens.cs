using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// This service's own access tokens (client credentials, RFC 6749 section 4.4), one per set of scopes, kept until shortly before they
/// expire. Callers that need a new one at the same time share one request.
/// </summary>
internal sealed class ServiceTokens(IHttpClientFactory clients, IOptions<AuthOptions> options, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, Task<Token>> _tokens = new(StringComparer.Ordinal);

    /// <summary>Scopes are fixed where clients are registered, so there are few entries.</summary>
    public async Task<string> GetAsync(string scopes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = _tokens.GetOrAdd(scopes, RequestAsync);
            var token = await request.WaitAsync(cancellationToken);
            if (timeProvider.GetUtcNow() < token.RenewAt)
            {
                return token.Value;
            }

            Forget(scopes, request);
        }
    }

    /// <summary>Drops a token that a service refused, unless it has been replaced already.</summary>
    public void Forget(string scopes, string value)
    {
        if (_tokens.TryGetValue(scopes, out var request) && request.IsCompletedSuccessfully && request.Result.Value == value)
        {
            Forget(scopes, request);
        }
    }

    private void Forget(string scopes, Task<Token> request) => _tokens.TryRemove(KeyValuePair.Create(scopes, request));

    private async Task<Token> RequestAsync(string scopes)
    {
        // Off the caller's path first: the task must be in the dictionary before it can fail and take itself out again.
        await Task.Yield();
        try
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
            return new Token(answer.AccessToken, timeProvider.GetUtcNow() + TimeSpan.FromSeconds(answer.ExpiresIn * 0.8));
        }
        catch
        {
            _tokens.TryRemove(scopes, out _);
            throw;
        }
    }

    private sealed record Token(string Value, DateTimeOffset RenewAt);

    private sealed record TokenAnswer(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
