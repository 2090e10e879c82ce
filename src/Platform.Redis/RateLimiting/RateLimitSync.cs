namespace Platform.Redis.RateLimiting;

/// <summary>What one synchronisation heard.</summary>
/// <param name="Instances">How many instances there are.</param>
/// <param name="Version">The version of the settings.</param>
/// <param name="Changes">The changed policies; null where the version is the known one.</param>
/// <param name="Bans">The bans by name, with the ms they last; null where the version is the known one.</param>
internal sealed record RateLimitSync(
    InstanceShare Instances, string Version, Dictionary<string, RateLimitPolicyChange>? Changes, List<KeyValuePair<string, long>>? Bans);
