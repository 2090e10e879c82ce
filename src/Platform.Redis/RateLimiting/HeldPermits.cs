using System.Security.Cryptography;

namespace Platform.Redis.RateLimiting;

/// <summary>Concurrency permits of one request, renewed until it ends.</summary>
internal sealed class HeldPermits(PolicyState state, RateLimitRule rule, int count)
{
    public PolicyState State { get; } = state;

    public RateLimitRule Rule { get; } = rule;

    public int Count { get; } = count;

    /// <summary>In front of the lease ids: <c>id.1</c> to <c>id.n</c>.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(20, lowercase: true);

    /// <summary>Renewed after a third of its life, so that two renewals may fail.</summary>
    public long RenewAt { get; set; }

    public IEnumerable<string> Ids => Enumerable.Range(1, Count).Select(lease => $"{Id}.{lease}");
}
