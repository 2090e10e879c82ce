namespace Aspire.StackExchange.Redis;

/// <summary>The settings of a Redis client.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>Gets or sets the connection string.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Gets or sets whether the health check is left out.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Gets or sets whether tracing is left out.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Gets or sets whether the client connects when it is first used rather than when the host starts.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}
