using System.Text.Json.Serialization;

namespace Platform.Redis.Guarantees;

/// <summary>How a capability serves at this moment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuaranteeMode>))]
public enum GuaranteeMode
{
    /// <summary>On Redis: everything it promises holds, for all replicas.</summary>
    [JsonStringEnumMemberName("redis")]
    Redis,

    /// <summary>From this process: something is weaker until Redis is back, and it says what.</summary>
    [JsonStringEnumMemberName("local")]
    Local,

    /// <summary>Not at all: it refuses rather than promise what it cannot keep.</summary>
    [JsonStringEnumMemberName("refusing")]
    Refusing,

    /// <summary>The service has just started, and the capability has not heard from Redis yet. What follows is no change.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,
}
