using System.Diagnostics;

namespace Platform.Redis.Diagnostics;

/// <summary>The names under which the library reports metrics and traces.</summary>
public static class PlatformRedisDiagnostics
{
    /// <summary>The meter.</summary>
    public const string MeterName = "Platform.Redis";

    /// <summary>The activity source.</summary>
    public const string ActivitySourceName = "Platform.Redis";

    internal static readonly ActivitySource ActivitySource = new(ActivitySourceName);
}
