using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Redis.Sealing;

namespace Platform.Redis.Idempotency;

/// <summary>
/// What stands in Redis for a caller, an operation and an idempotency key: an HMAC, from which none of them can be read, and which nobody
/// else's key can meet.
/// </summary>
public sealed class IdempotencyDigests
{
    private const int DigestLength = 20;

    [ThreadStatic]
    private static IncrementalHash? _hash;

    [ThreadStatic]
    private static byte[]? _hashSecret;

    private readonly byte[] _secret;

    /// <summary>Derives its key from the service's secret.</summary>
    public IdempotencyDigests(SealerProvider sealers)
    {
        ArgumentNullException.ThrowIfNull(sealers);
        _secret = sealers.DeriveKey("idempotency-keys");
    }

    /// <summary>The digest, for stores that take the key into a step of their own: 27 characters of A-Z a-z 0-9 _ -.</summary>
    /// <param name="caller">Who calls: never what the caller chooses.</param>
    /// <param name="operation">What is asked for, such as <c>POST /v1/tasks</c>.</param>
    /// <param name="key">The key, from <see cref="IdempotencyKey.TryParse"/>.</param>
    public string Compute(string caller, string operation, string key)
    {
        using var input = new HashInput(stackalloc byte[HashInput.StackLength]);
        input.Append(caller);
        input.Append(operation);
        input.Append(key);
        return Digest(input.Written);
    }

    internal string Compute(string caller, string method, IdempotencyPolicy policy, RouteValueDictionary values, string key)
    {
        var input = new HashInput(stackalloc byte[HashInput.StackLength]);
        input.Append(caller);
        input.Append(method);
        input.Append(policy.Route);
        foreach (var parameter in policy.RouteParameters)
        {
            input.Append(values[parameter]?.ToString());
        }

        input.Append(key);
        var digest = Digest(input.Written);
        input.Dispose();
        return digest;
    }

    /// <summary>What tells this request from another with the same key: query, media type and body. Written to 32 bytes.</summary>
    internal void Fingerprint(HttpRequest request, in ReadOnlySequence<byte> body, bool isWhole, Span<byte> fingerprint)
    {
        var input = new HashInput(stackalloc byte[HashInput.StackLength]);
        input.Append(request.QueryString.Value);
        input.Append(request.ContentType);
        input.Append(isWhole ? -1 : request.ContentLength ?? 0);
        var hash = Hash();
        hash.AppendData(input.Written);
        foreach (var part in body)
        {
            hash.AppendData(part.Span);
        }

        hash.GetHashAndReset(fingerprint);
        input.Dispose();
    }

    // Scheduling the key costs as much as hashing a small request: each thread does it once.
    private IncrementalHash Hash()
    {
        if (_hash is null || _hashSecret != _secret)
        {
            _hash?.Dispose();
            _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
            _hashSecret = _secret;
        }

        return _hash;
    }

    private string Digest(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var hash = Hash();
        hash.AppendData(input);
        hash.GetHashAndReset(digest);
        return Base64Url.EncodeToString(digest[..DigestLength]);
    }
}
