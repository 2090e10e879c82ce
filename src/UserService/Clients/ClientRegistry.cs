using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace UserService.Clients;

/// <summary>Knows clients by id and secret. Compares digests in fixed time, for ids that do not exist too.</summary>
internal sealed class ClientRegistry(IOptions<ClientsOptions> options)
{
    private readonly byte[] _nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly FrozenDictionary<string, Client> _clients = options.Value.ToFrozenDictionary(
        entry => entry.Key,
        entry => new Client(DigestOf(entry.Value.Secret), ServiceScopes.Of(entry.Key, entry.Value)),
        StringComparer.Ordinal);

    /// <returns>The scopes that the client may ask for; null when id or secret is wrong.</returns>
    public IReadOnlyList<string>? Authenticate(string clientId, string secret)
    {
        var client = _clients.GetValueOrDefault(clientId);
        var same = CryptographicOperations.FixedTimeEquals(DigestOf(secret), client?.SecretDigest ?? _nobody);
        return same ? client?.Scopes : null;
    }

    private static byte[] DigestOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private sealed record Client(byte[] SecretDigest, IReadOnlyList<string> Scopes);
}
