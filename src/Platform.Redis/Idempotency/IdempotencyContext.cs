using Microsoft.AspNetCore.Http;

namespace Platform.Redis.Idempotency;

/// <summary>
/// The hold that a request has on its idempotency key while its handler runs: <see cref="Get"/>, or the feature of this type. Absent
/// where the request came without a key.
/// </summary>
public sealed class IdempotencyContext
{
    private CancellationTokenSource? _lost;

    internal IdempotencyContext(string keyDigest, long fence, byte[] claim, IdempotencyPolicy policy, bool isInMemory)
    {
        KeyDigest = keyDigest;
        Fence = fence;
        Claim = claim;
        Policy = policy;
        IsInMemory = isInMemory;
    }

    /// <summary>Stands for caller, operation and key: 27 characters of A-Z a-z 0-9 _ -. For stores that refuse a second effect.</summary>
    public string KeyDigest { get; }

    /// <summary>
    /// Rises with each holder of the same key. A store that remembers the greatest it has seen, and refuses a smaller one, is safe from a
    /// holder that was paused longer than its lease and comes back.
    /// </summary>
    public long Fence { get; }

    /// <summary>Cancelled when another holder took the key over, as far as this process knows: checked three times in a lease.</summary>
    public CancellationToken Lost => LazyInitializer.EnsureInitialized(ref _lost).Token;

    /// <summary>Whether no other holder is known to have taken the key over.</summary>
    public bool IsHeld { get; private set; } = true;

    /// <summary>Holder and fingerprint.</summary>
    internal byte[] Claim { get; }

    internal ReadOnlyMemory<byte> Holder => IdempotencyRecord.HolderOf(Claim);

    internal IdempotencyPolicy Policy { get; }

    /// <summary>Held in this process, because Redis was away when the request came.</summary>
    internal bool IsInMemory { get; }

    internal IdempotencyContext? Previous { get; set; }

    internal IdempotencyContext? Next { get; set; }

    /// <summary>When the last sign of life that Redis confirmed was sent: its lease runs since then at the earliest.</summary>
    internal long RenewedAt { get; set; }

    /// <summary>Whether its answer waits in memory for Redis, and its lease is to be renewed until then.</summary>
    internal bool IsAnswerPending { get; set; }

    /// <summary>The hold of a request; null where it came without a key.</summary>
    public static IdempotencyContext? Get(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IdempotencyContext>();
    }

    internal void Lose()
    {
        IsHeld = false;
        LazyInitializer.EnsureInitialized(ref _lost).Cancel();
    }
}
