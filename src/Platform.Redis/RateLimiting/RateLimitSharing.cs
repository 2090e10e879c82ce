namespace Platform.Redis.RateLimiting;

/// <summary>Whether limits are shared with the other instances, as it is told.</summary>
internal enum RateLimitSharing
{
    /// <summary>Redis has not been heard since the service started.</summary>
    Unknown,

    /// <summary>They are.</summary>
    Shared,

    /// <summary>This instance keeps them for itself.</summary>
    Alone,
}
