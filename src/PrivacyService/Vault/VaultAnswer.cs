using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>What the vault knows of the tokens it was asked for.</summary>
internal sealed class VaultAnswer
{
    private readonly Dictionary<TokenKey, (ReadOutcome Outcome, byte[]? Content)> _values = [];

    public void Add(TokenKey key, ReadOutcome outcome, byte[]? content) => _values[key] = (outcome, content);

    /// <returns>The value as it was written, and its kind; empty unless found.</returns>
    public ReadOutcome Find(TokenKey key, out ValueKind kind, out ReadOnlySpan<byte> written)
    {
        var (outcome, content) = _values[key];
        kind = content is null ? ValueKind.Text : (ValueKind)content[0];
        written = content is null ? [] : content.AsSpan(1);
        return outcome;
    }

    public IEnumerable<TokenKey> Found => _values.Where(value => value.Value.Outcome == ReadOutcome.Found).Select(value => value.Key);

    public bool Any(ReadOutcome outcome) => _values.Values.Any(value => value.Outcome == outcome);
}
