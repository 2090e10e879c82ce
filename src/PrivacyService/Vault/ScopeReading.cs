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

    public void AddKept(VaultAnswer answer, SubjectKey subject)
    {
        var sealer = subject.SealerOf(scope);
        Span<byte> binding = stackalloc byte[ValueBinding.LongestLength];
        foreach (var token in tokens)
        {
            // The plainest entry is the one that is always there: a value without it was removed.
            if (_kept[token.Plain] is not { } plain)
            {
                answer.Add(token, _promised && !_lives ? ReadOutcome.Expired : ReadOutcome.Unknown, null);
                continue;
            }

            var (key, kept) = _kept[token] is { } spelled ? (token, spelled) : (token.Plain, plain);
            var opens = sealer.TryOpen(kept, binding[..ValueBinding.Write(subject.Owner, key, binding)], out var content);
            answer.Add(token, opens ? ReadOutcome.Found : ReadOutcome.Damaged, content);
        }
    }

    /// <summary>The owner's key is gone, and with it every value.</summary>
    public void AddLost(VaultAnswer answer) => AddAll(answer, _promised ? ReadOutcome.Expired : ReadOutcome.Unknown);

    /// <summary>The owner's key does not open.</summary>
    public void AddDamaged(VaultAnswer answer) => AddAll(answer, ReadOutcome.Damaged);

    private void AddAll(VaultAnswer answer, ReadOutcome outcome)
    {
        foreach (var token in tokens)
        {
            answer.Add(token, outcome, null);
        }
    }
}
