using System.Text.Json.Serialization;

namespace Platform.Redis.Health;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RedisFindingSeverity>))]
public enum RedisFindingSeverity
{
    /// <summary>Worth knowing; the check stays healthy.</summary>
    [JsonStringEnumMemberName("information")]
    Information,

    /// <summary>Will hurt under load or after a restart.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>State can be lost.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}
