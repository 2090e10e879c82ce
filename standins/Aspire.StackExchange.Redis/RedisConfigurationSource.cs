namespace Aspire.StackExchange.Redis;

/// <summary>The connection string that the options of one name begin with.</summary>
internal sealed record RedisConfigurationSource(string OptionsName, string? ConnectionString);
