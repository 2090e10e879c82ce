using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Redis;

/// <summary>How often the server saves a snapshot.</summary>
internal sealed class RedisPersistenceAnnotation(TimeSpan interval, long keysChangedThreshold) : IResourceAnnotation
{
    public TimeSpan Interval { get; } = interval;

    public long KeysChangedThreshold { get; } = keysChangedThreshold;
}
