using System.Text.Json.Serialization;

namespace PrivacyService.Activity;

/// <summary>What was called.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivityKind>))]
internal enum ActivityKind
{
    [JsonStringEnumMemberName("pseudonymize")]
    Pseudonymize,

    [JsonStringEnumMemberName("repersonalize")]
    Repersonalize,

    [JsonStringEnumMemberName("mask")]
    Mask,

    [JsonStringEnumMemberName("unmask")]
    Unmask,

    [JsonStringEnumMemberName("gateway")]
    Gateway,
}

/// <summary>How a call ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivityOutcome>))]
internal enum ActivityOutcome
{
    [JsonStringEnumMemberName("success")]
    Success,

    /// <summary>Not allowed to this caller, or blocked by what is to be done about a type.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>The second look of the gateway found what the first had left. Nothing was forwarded.</summary>
    [JsonStringEnumMemberName("residual")]
    Residual,

    /// <summary>Everything else that is no success: input that cannot be read, originals that are gone, Redis or an upstream away.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>Who calls, without saying which.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallerKind>))]
internal enum CallerKind
{
    [JsonStringEnumMemberName("person")]
    Person,

    [JsonStringEnumMemberName("administrator")]
    Administrator,

    [JsonStringEnumMemberName("service")]
    Service,
}
