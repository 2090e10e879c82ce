using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace Platform.Redis.RateLimiting;

/// <summary>A lease on nothing.</summary>
internal sealed class FixedLease(bool granted) : RateLimitLease
{
    /// <summary>Nothing limits the request.</summary>
    public static readonly FixedLease Granted = new(true);

    /// <summary>The process alone cannot tell; Redis must be asked.</summary>
    public static readonly FixedLease NotKnown = new(false);

    public override bool IsAcquired => granted;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = null;
        return false;
    }
}
