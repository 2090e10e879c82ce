using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Revocations;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// The keys that access tokens are checked with, in memory. A token with an unknown key causes one reload for all who wait, and at most
/// one every <see cref="ShortestReload"/>, so that a flood of made-up key ids costs nothing. Keys that are known stay in use while
/// UserService is away; one that was revoked is out of use from the moment that the feed says so, whoever goes on publishing it.
/// </summary>
internal sealed class SigningKeys(ISigningKeySource source, RevocationList revocations, TimeProvider timeProvider, ILogger<SigningKeys> logger)
{
    private static readonly TimeSpan ShortestReload = TimeSpan.FromSeconds(30);

    /// <summary>After a reload that failed.</summary>
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestFirstLoad = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile FrozenDictionary<string, Known> _keys = FrozenDictionary<string, Known>.Empty;
    private Task? _reload;
    private long _reloadedAt;
    private bool _failed;

    public IEnumerable<SecurityKey> Find(string? keyId) => keyId is not null && TryFind(keyId, out var key) ? [key] : [];

    public bool Knows(string keyId) => TryFind(keyId, out _);

    /// <summary>Makes sure that this key is known if UserService has it.</summary>
    /// <exception cref="ProblemException">No key could be had yet: nothing can be said about any token.</exception>
    public async Task EnsureKnownAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (keyId is null)
        {
            return;
        }

        var known = Knows(keyId);
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

            var due = known ? LongestAge
                : _keys.Count == 0 ? ShortestFirstLoad
                : HasNone() ? TimeSpan.Zero
                : _failed ? ShortestRetry : ShortestReload;
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
            _keys = keys.Select(key => new Known(key, RevocationDigest.Of(RevocationKind.Key, key.KeyId)))
                .Where(known => !revocations.IsKeyRevoked(known.Digest)).ToFrozenDictionary(known => known.Key.KeyId);
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

    private bool TryFind(string keyId, [NotNullWhen(true)] out SecurityKey? key)
    {
        key = _keys.TryGetValue(keyId, out var known) && !revocations.IsKeyRevoked(known.Digest) ? known.Key : null;
        return key is not null;
    }

    /// <summary>Also where all of them have been revoked since they were loaded: then what took their place is asked for at once.</summary>
    private bool HasNone()
    {
        foreach (var known in _keys.Values)
        {
            if (!revocations.IsKeyRevoked(known.Digest))
            {
                return false;
            }
        }

        return true;
    }

    private void ThrowIfNone()
    {
        if (HasNone())
        {
            throw Problems.Problems.Unavailable(
                ShortestFirstLoad, "signing_keys_unavailable", "Access tokens cannot be checked now",
                "UserService has not published its keys yet. Try again shortly.");
        }
    }

    private sealed record Known(SecurityKey Key, ulong Digest);
}
