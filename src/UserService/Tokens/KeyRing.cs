using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Tokens;

/// <summary>
/// The signing keys that all replicas share: sealed in Redis, in memory for use. Once read, tokens are signed and checked without Redis;
/// <see cref="KeyRingWorker"/> keeps the copy fresh. This service checks its own tokens against the ring, not over HTTP.
/// </summary>
internal sealed class KeyRing(RedisStore redis, UserKeys keys, Secrets secrets, TimeProvider timeProvider, ILogger<KeyRing> logger)
    : ISigningKeySource, IDisposable
{
    private static readonly RedisScript EnsureSigningKey = RedisScript.FromResource(typeof(KeyRing).Assembly, "EnsureSigningKey.lua");
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile SigningKey[] _keys = [];

    /// <summary>The key to sign with: the newest.</summary>
    public async ValueTask<SigningKey> GetActiveAsync(CancellationToken cancellationToken) => (await GetAllAsync(cancellationToken))[0];

    /// <summary>All keys that tokens in circulation may be signed with, the newest first.</summary>
    public async ValueTask<IReadOnlyList<SigningKey>> GetAllAsync(CancellationToken cancellationToken) =>
        _keys is { Length: > 0 } known ? known : await ReadAsync(onlyIfUnknown: true, cancellationToken);

    public Task RefreshAsync(CancellationToken cancellationToken) => ReadAsync(onlyIfUnknown: false, cancellationToken);

    async Task<IReadOnlyList<SecurityKey>> ISigningKeySource.LoadAsync(CancellationToken cancellationToken) =>
        [.. (await GetAllAsync(cancellationToken)).Select(key => key.SecurityKey)];

    public void Dispose() => _reading.Dispose();

    private async Task<IReadOnlyList<SigningKey>> ReadAsync(bool onlyIfUnknown, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (onlyIfUnknown && _keys.Length > 0)
            {
                return _keys;
            }

            var offered = _keys is [var active, ..] ? active : SigningKey.Create(timeProvider.GetUtcNow());
            var ring = (RedisResult[])(await redis.EvaluateAsync(
                EnsureSigningKey,
                [keys.SigningKeys],
                [offered.Id, secrets.SigningKeys.Seal(offered.ToUtf8(), offered.Id)],
                cancellationToken))!;
            return _keys = Open(ring, offered);
        }
        finally
        {
            _reading.Release();
        }
    }

    private SigningKey[] Open(RedisResult[] ring, SigningKey offered)
    {
        // Objects in use are kept, so that the signature providers that were made for them stay good.
        var known = _keys.Append(offered).DistinctBy(key => key.Id).ToDictionary(key => key.Id, StringComparer.Ordinal);
        var opened = new List<SigningKey>(ring.Length / 2);
        for (var i = 0; i < ring.Length; i += 2)
        {
            var id = (string)ring[i]!;
            if (known.TryGetValue(id, out var key))
            {
                opened.Add(key);
                continue;
            }

            try
            {
                opened.Add(SigningKey.FromUtf8(secrets.SigningKeys.Open((byte[])ring[i + 1]!, id)));
            }
            catch (CryptographicException)
            {
                logger.SigningKeyNotOpened();
            }
        }

        if (opened.Count == 0)
        {
            // A second ring beside one that others can read would split the platform in two, so nothing is made up here.
            throw Problems.Unavailable(
                RetryAfter, "signing_keys_unreadable", "Tokens cannot be issued now",
                "The signing keys were sealed with another key. The operator must set Sealing:Key to the one they were sealed with.");
        }

        opened.Sort((left, right) => right.CreatedAt.CompareTo(left.CreatedAt));
        return [.. opened];
    }
}
