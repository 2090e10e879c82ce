using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Restoring;

/// <summary>
/// Counts what is restored of an answer that comes in pieces, so that it does not make a line of each. The first is written down before it leaves; then so
/// many at a time, and the rest at the end. For one call; not safe for concurrent use.
/// </summary>
internal sealed class RestoreTally(RestoreGuard guard, RestoreTrail trail, RestoreCall call)
{
    /// <summary>Originals that may have left before they are written down.</summary>
    public const int MostUnwritten = 64;

    private readonly HashSet<ScopeTag> _scopes = [];
    private bool _hasBegun;
    private int _unwritten;

    /// <summary>For values that were found. Returns when they may leave.</summary>
    /// <inheritdoc cref="RestoreGuard.AllowAsync(RestoreCall, VaultAnswer, CancellationToken)"/>
    public async Task AllowAsync(VaultAnswer answer, CancellationToken cancellationToken)
    {
        var found = answer.Found.Select(key => key.Token).Distinct().ToArray();
        if (found.Length == 0)
        {
            return;
        }

        await guard.CountAsync(call, found.Length, cancellationToken);
        _unwritten += found.Length;
        _scopes.UnionWith(found.Select(token => token.Scope));
        if (!_hasBegun || _unwritten > MostUnwritten)
        {
            await FinishAsync(cancellationToken);
        }
    }

    /// <summary>Writes down what is not yet.</summary>
    /// <exception cref="Platform.Redis.RedisUnavailableException">It could not be.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_unwritten > 0)
        {
            await trail.AppendAsync(call, _unwritten, [.. _scopes], cancellationToken);
            (_hasBegun, _unwritten) = (true, 0);
        }
    }
}
