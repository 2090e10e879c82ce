using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.Leases;

/// <summary>The keys of leases. A name may hold anything, a person's id too, so only its digest is part of a key.</summary>
internal static class LeaseKeys
{
    public static readonly TimeSpan LongestDuration = TimeSpan.FromHours(1);
    public static readonly TimeSpan FenceLifetime = TimeSpan.FromDays(30);

    public static readonly KeyFamily Lease = new(
        "lease", 1, KeyType.String, KeyTtl.Within(LongestDuration), "one per lease that is held, 16 bytes", "Platform.Redis.Leases", false,
        "The holder's token. The name of the lease is a digest.");

    public static readonly KeyFamily Fence = new(
        "lease-fence", 1, KeyType.String, KeyTtl.Within(FenceLifetime), "one per name in use, 16 bytes", "Platform.Redis.Leases", false,
        "The newest fencing number of a lease; it outlives the lease by far.");

    public static readonly KeyFamily[] All = [Lease, Fence];

    /// <summary>The two keys of a name, on one slot.</summary>
    public static RedisKey[] Of(Keyspace keyspace, string name)
    {
        var partition = Digest(name);
        return [keyspace.Key(Lease, partition), keyspace.Key(Fence, partition)];
    }

    private static string Digest(string name)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), digest);
        return Convert.ToHexStringLower(digest[..16]);
    }
}
