using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;

namespace Platform.Redis.RateLimiting;

/// <summary>What stands for a partition in keys: 128 bits of an HMAC, so that no address, name or route is part of a key.</summary>
internal sealed class PartitionHash(IOptions<RedisRateLimitingOptions> options, IOptions<SealingOptions> sealing)
{
    private const string Purpose = "rate-limit-partition";
    private const int Length = 16;

    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(Purpose + '\n' + (options.Value.PartitionKey ?? sealing.Value.Key)));

    public string Of(in PartitionName name)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{(int)name.By}\n{name.Value}\n{name.Endpoint}"), hash);
        return Base64Url.EncodeToString(hash[..Length]);
    }
}
