using System.Text.Json.Serialization;

namespace Platform.Redis.RateLimiting;

/// <summary>A policy in force.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Algorithm">How it counts.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="Window">The window.</param>
/// <param name="Burst">Permits that may be used at once.</param>
/// <param name="By">Who is counted.</param>
/// <param name="Global">Whether it applies to every endpoint.</param>
/// <param name="Mode">What it does.</param>
/// <param name="WhenRedisIsAway">What it does while Redis is away.</param>
/// <param name="Tiers">Other figures, by value of the tier claim.</param>
/// <param name="Demand">How often it was asked; null where that cannot be told now.</param>
public sealed record RateLimitPolicyResponse(
    string Name,
    [property: JsonConverter(typeof(JsonStringEnumConverter<RateLimitAlgorithm>))] RateLimitAlgorithm Algorithm,
    int Limit,
    TimeSpan Window,
    int Burst,
    [property: JsonConverter(typeof(JsonStringEnumConverter<RateLimitBy>))] RateLimitBy By,
    bool Global,
    [property: JsonConverter(typeof(JsonStringEnumConverter<RateLimitMode>))] RateLimitMode Mode,
    [property: JsonConverter(typeof(JsonStringEnumConverter<RateLimitFailureMode>))] RateLimitFailureMode WhenRedisIsAway,
    IReadOnlyDictionary<string, RateLimitTier> Tiers,
    RateLimitDemand? Demand);
