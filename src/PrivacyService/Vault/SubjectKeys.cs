using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Platform.Redis;
using Platform.Redis.Sealing;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>
/// Owners' keys, wrapped by the sealing secret in Redis. Writing uses a copy in memory, because the script that writes checks it
/// against Redis; reading always asks Redis, so that a key erased through another replica opens nothing here.
/// </summary>
internal sealed class SubjectKeys(RedisStore redis, PrivacyKeys keys, SealerProvider sealers, ILogger<SubjectKeys> logger) : IDisposable
{
    private const int MostCached = 10_000;
    private static readonly TimeSpan CacheLife = TimeSpan.FromMinutes(5);

    private readonly ValueSealer _wrapper = sealers.For("privacy-subject-keys");
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MostCached });

    /// <summary>The owner's key for writing; made on first use.</summary>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">The owner was erased, or what is stored is damaged.</exception>
    public async Task<SubjectKey> GetOrCreateAsync(DataOwner owner, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(owner.Partition, out SubjectKey? cached))
        {
            return cached!;
        }

        var fresh = RandomNumberGenerator.GetBytes(SubjectKey.Length);
        var wrapped = _wrapper.Seal(fresh, Binding(owner));
        var kept = await redis.EvaluateAsync(
            VaultScripts.CreateSubject,
            [keys.Subject(owner.Partition), keys.Erased(owner.Partition)],
            [wrapped, (long)PrivacyKeys.SubjectLife.TotalMilliseconds],
            cancellationToken);
        if (kept.Resp2Type == ResultType.Integer)
        {
            throw ErasureProblems.PersonErased();
        }

        if (!TryUnwrap(owner, (byte[])kept!, out var key))
        {
            logger.StoredValueRefused();
            throw VaultProblems.Damaged();
        }

        return _cache.Set(
            owner.Partition, key, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = CacheLife });
    }

    /// <summary>Redis holds another key than the one in memory, or none.</summary>
    public void Forget(DataOwner owner) => _cache.Remove(owner.Partition);

    /// <returns>False when it was wrapped under another sealing secret, or altered.</returns>
    public bool TryUnwrap(DataOwner owner, byte[] wrapped, [NotNullWhen(true)] out SubjectKey? subject)
    {
        subject = _wrapper.TryOpen(wrapped, Binding(owner), out var key) ? new SubjectKey(owner, key, wrapped) : null;
        return subject is not null;
    }

    public void Dispose() => _cache.Dispose();

    private static byte[] Binding(DataOwner owner) => Encoding.ASCII.GetBytes(owner.Partition);
}
