using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Revocations;
using UserService.Keys;

namespace UserService.Tokens;

/// <summary>
/// The signing keys that all replicas share: sealed in Redis, in memory for use. Once read, tokens are signed and checked without Redis;
/// <see cref="KeyRingWorker"/> keeps the copy fresh. This service checks its own tokens against the ring, not over HTTP.
/// </summary>
internal sealed class KeyRing(
    KeyRingStore store, Secrets secrets, RevocationList revocations, IOptions<TokenOptions> options, TimeProvider time, ILogger<KeyRing> logger)
    : ISigningKeySource, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turning = new(1, 1);
    private readonly OfferedKey[] _offered = new OfferedKey[2];
    private volatile KeyRingContent? _known;
    private bool _told;

    /// <summary>The key to sign with. Who has not read the ring for too long must read it first: the key may have been retired.</summary>
    /// <exception cref="Platform.Redis.RedisUnavailableException">The ring was not read for too long, and cannot be.</exception>
    public async ValueTask<SigningKey> GetActiveAsync(CancellationToken cancellationToken) =>
        (_known is { } known && MaySign(known) ? known : await TurnAsync(KeyRingTurn.Turn, MaySign, cancellationToken)).Keys[0].Key;

    /// <summary>All keys that tokens in circulation, now and soon, may be signed with.</summary>
    public async ValueTask<KeyRingContent> GetAllAsync(CancellationToken cancellationToken) =>
        _known is { } known && HasNoRevoked(known) ? known : await TurnAsync(KeyRingTurn.Turn, HasNoRevoked, cancellationToken);

    /// <summary>Reads the ring from Redis, and does what is due.</summary>
    public Task<KeyRingContent> TurnAsync(KeyRingTurn turn, CancellationToken cancellationToken) => TurnAsync(turn, _ => false, cancellationToken);

    async Task<IReadOnlyList<SecurityKey>> ISigningKeySource.LoadAsync(CancellationToken cancellationToken) =>
        [.. (await GetAllAsync(cancellationToken)).Keys.Select(one => one.Key.SecurityKey)];

    public void Dispose() => _turning.Dispose();

    private async Task<KeyRingContent> TurnAsync(KeyRingTurn turn, Func<KeyRingContent, bool> isEnough, CancellationToken cancellationToken)
    {
        await _turning.WaitAsync(cancellationToken);
        try
        {
            // Who cannot open the ring has no say in it, so the first look changes nothing.
            var known = _known ?? await TurnOnceAsync(KeyRingTurn.Read, null, cancellationToken);
            if (isEnough(known))
            {
                return known;
            }

            if (!known.IsWhole)
            {
                return turn == KeyRingTurn.Rotate ? throw Unreadable() : await TurnOnceAsync(KeyRingTurn.Read, known, cancellationToken);
            }

            known = await TurnOnceAsync(turn, known, cancellationToken);

            // Another replica, or a Redis that lost its last writes, may still have had a key that was revoked.
            return !known.IsWhole || HasNoRevoked(known) ? known : await TurnOnceAsync(KeyRingTurn.Turn, known, cancellationToken);
        }
        finally
        {
            _turning.Release();
        }
    }

    private async Task<KeyRingContent> TurnOnceAsync(KeyRingTurn turn, KeyRingContent? known, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _offered.Length; i++)
        {
            _offered[i] ??= Offer();
        }

        var readAt = time.GetTimestamp();
        var revoked = known?.Keys.Where(one => revocations.IsKeyRevoked(one.Key.Digest)) ?? [];
        var stored = await store.TurnAsync(turn, known, revoked, _offered, cancellationToken);
        var content = Open(stored, known?.Keys ?? [], readAt);
        for (var i = 0; i < _offered.Length; i++)
        {
            if (stored.Keys.Any(one => one.Id == _offered[i].Key.Id))
            {
                _offered[i] = Offer();
            }
        }

        if (content.Rotated)
        {
            logger.SigningKeyRotated();
        }

        return _known = content;
    }

    private KeyRingContent Open(StoredKeyRing stored, IReadOnlyList<RingKey> known, long readAt)
    {
        // Objects in use are kept, so that the signature providers that were made for them stay good.
        var objects = known.Select(one => one.Key).Concat(_offered.Select(one => one.Key)).DistinctBy(key => key.Id)
            .ToDictionary(key => key.Id, StringComparer.Ordinal);
        var opened = new List<RingKey>(stored.Keys.Count);
        foreach (var one in stored.Keys)
        {
            try
            {
                var key = objects.GetValueOrDefault(one.Id) ?? SigningKey.FromUtf8(secrets.SigningKeys.Open(one.Sealed, one.Id));
                opened.Add(new RingKey(key, one.Sealed, one.Times));
            }
            catch (CryptographicException)
            {
                if (!_told)
                {
                    logger.SigningKeyNotOpened();
                }

                _told = true;
            }
        }

        RingKey[] ordered = [.. opened.OrderBy(one => one.State).ThenByDescending(one => one.Times.RetiredAt)];
        if (ordered is not [{ State: SigningKeyState.Active }, ..])
        {
            // A second ring beside one that others can read would split the platform in two, so nothing is made up here.
            throw Unreadable();
        }

        return new KeyRingContent(stored.Version, ordered, ordered.Length == stored.Keys.Count, stored.Rotated, stored.NextMaySignIn, readAt);
    }

    private OfferedKey Offer()
    {
        var key = SigningKey.Create(time.GetUtcNow());
        return new OfferedKey(key, secrets.SigningKeys.Seal(key.ToUtf8(), key.Id));
    }

    private bool MaySign(KeyRingContent known) => time.GetElapsedTime(known.ReadAt) <= options.Value.KeyRingStaleness && HasNoRevoked(known);

    private bool HasNoRevoked(KeyRingContent known)
    {
        foreach (var one in known.Keys)
        {
            if (revocations.IsKeyRevoked(one.Key.Digest))
            {
                return false;
            }
        }

        return true;
    }

    private static ProblemException Unreadable() => Problems.Unavailable(
        RetryAfter, "signing_keys_unreadable", "Tokens cannot be issued now",
        "The signing keys were sealed with another key. The operator must set Sealing:Key to the one they were sealed with.");
}
