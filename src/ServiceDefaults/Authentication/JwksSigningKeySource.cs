using Microsoft.IdentityModel.Tokens;
using Platform.Contracts;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>The key set that UserService publishes (RFC 7517).</summary>
internal sealed class JwksSigningKeySource(IHttpClientFactory clients) : ISigningKeySource
{
    /// <summary>The HTTP client for everything that authentication asks of UserService.</summary>
    public const string ClientName = ServiceNames.Users;

    private const int LargestKeySet = 64 * 1024;

    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri($"https+http://{ServiceNames.Users}");
        client.MaxResponseContentBufferSize = LargestKeySet;
    }

    public async Task<IReadOnlyList<SecurityKey>> LoadAsync(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        var json = await client.GetStringAsync("/.well-known/jwks.json", cancellationToken);
        return [.. new JsonWebKeySet(json).Keys.Where(key => key.KeyId is { Length: > 0 })];
    }
}
