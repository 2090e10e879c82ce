using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Problems;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// The keys that access tokens are checked with, in memory. A token with an unknown key causes one reload for all who wait, and at most
/// one every <see cref="ShortestReload"/>, so that a flood of made-up key ids costs nothing. Keys that are known stay in use while
/// UserService is away.
/// </summary>
internal sealed class SigningKeys(ISigningKeySource source, TimeProvider timeProvider, ILogger<SigningKeys> logger)
{
    private static readonly TimeSpan ShortestReload = TimeSpan.FromSeconds(30);

    /// <summary>After a reload that failed.</summary>
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestFirstLoad = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile FrozenDictionary<string, SecurityKey> _keys = FrozenDictionary<string, SecurityKey>.Empty;
    private Task? _reload;
    private long _reloadedAt;
    private bool _failed;

    public IEnumerable<SecurityKey> Find(string? keyId) => keyId is not null && _keys.TryGetValue(keyId, out var key) ? [key] : [];

    public bool Knows(string keyId) => _keys.ContainsKey(keyId);

    /// <summary>Makes sure that this key is known if UserService has it.</summary>
    /// <exception cref="ProblemException">No key could be had yet: nothing can be said about any token.</exception>
    public async Task EnsureKnownAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (keyId is null)
        {
            return;
        }

        var known = _keys.ContainsKey(keyId);
        var reload = ReloadWhenDue(known);
        if (known || reload is null)
        {
            ThrowIfNone();
            return;
        }

        await reload.WaitAsync(LongestWait, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNone();
    }

    private Task? ReloadWhenDue(bool known)
    {
        lock (_lock)
        {
            if (_reload is { IsCompleted: false })
            {
                return _reload;
            }

            var due = known ? LongestAge : _keys.Count == 0 ? ShortestFirstLoad : _failed ? ShortestRetry : ShortestReload;
            if (_reload is not null && timeProvider.GetElapsedTime(_reloadedAt) < due)
            {
                return null;
            }

            _reloadedAt = timeProvider.GetTimestamp();
            return _reload = Task.Run(ReloadAsync);
        }
    }

    /// <summary>Ends in every case: whoever waits looks at the keys afterwards.</summary>
    private async Task ReloadAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(LongestWait, timeProvider);
            var keys = await source.LoadAsync(timeout.Token);
            _keys = keys.ToFrozenDictionary(key => key.KeyId);
            if (_failed)
            {
                logger.SigningKeysLoadedAgain();
            }

            _failed = false;
        }
#pragma warning disable CA1031 // Whatever stands between here and the keys, the known ones stay in use and the next call tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_failed)
            {
                logger.SigningKeysNotLoaded(exception.GetType().Name);
            }

            _failed = true;
        }
    }

    private void ThrowIfNone()
    {
        if (_keys.Count == 0)
        {
            throw Problems.Problems.Unavailable(
                ShortestFirstLoad, "signing_keys_unavailable", "Access tokens cannot be checked now",
                "UserService has not published its keys yet. Try again shortly.");
        }
    }
}
