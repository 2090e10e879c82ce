using PrivacyService.Tokens;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>The tokens of one scope on their way to the vault and back.</summary>
internal sealed class ScopeReading(ScopeTag scope, TokenKey[] tokens)
{
    /// <summary>Keeps each command short for the others on the server; all of them leave together.</summary>
    private const int FieldsPerCommand = 2000;

    private readonly TokenKey[] _fields = [.. tokens.Select(token => token.Plain).Concat(tokens).Distinct()];
    private readonly Dictionary<TokenKey, byte[]?> _kept = [];
    private bool _promised;
    private bool _lives;

    public async Task ReadAsync(IDatabase database, PrivacyKeys keys, string owner)
    {
        var vault = keys.Values(owner, scope);
        var promise = database.KeyExistsAsync(keys.Scope(owner, scope));
        var lives = database.KeyExistsAsync(vault);
        var values = await Task.WhenAll(_fields.Chunk(FieldsPerCommand).Select(chunk =>
            database.HashGetAsync(vault, Array.ConvertAll(chunk, field => (RedisValue)field.ToField()))));
        for (var i = 0; i < _fields.Length; i++)
        {
            _kept[_fields[i]] = values[i / FieldsPerCommand][i % FieldsPerCommand];
        }

        _promised = await promise;
        _lives = await lives;
    }

    /// <param name="subject">Null when the owner's key is gone, and with it every value.</param>
    public void AddTo(VaultAnswer answer, SubjectKey? subject)
    {
        using var sealer = subject?.SealerOf(scope);
        foreach (var token in tokens)
        {
            // A removed value is known by its plainest entry, the one that is always there.
            if (sealer is null || _kept[token.Plain] is not { } plain)
            {
                answer.Add(token, _promised && (!_lives || subject is null) ? ReadOutcome.Expired : ReadOutcome.Unknown, null);
                continue;
            }

            var (key, kept) = _kept[token] is { } spelled ? (token, spelled) : (token.Plain, plain);
            var content = Open(sealer, subject!.Owner, key, kept);
            answer.Add(token, content is null ? ReadOutcome.Damaged : ReadOutcome.Found, content);
        }
    }

    private static byte[]? Open(DataSealer sealer, DataOwner owner, TokenKey key, byte[] kept)
    {
        Span<byte> binding = stackalloc byte[ValueBinding.LongestLength];
        return sealer.Open(kept, binding[..ValueBinding.Write(owner, key, binding)]) is { Length: > 0 } content ? content : null;
    }
}
