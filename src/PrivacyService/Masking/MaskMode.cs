using System.Text.Json.Serialization;

namespace PrivacyService.Masking;

/// <summary>What is done about one kind of identifier.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskMode>))]
internal enum MaskMode
{
    /// <summary>A mask stands in its place, and can be turned back. What may never be turned back, such as a key, is redacted.</summary>
    [JsonStringEnumMemberName("mask")]
    Mask,

    /// <summary>A note of its kind stands in its place, and it is kept nowhere.</summary>
    [JsonStringEnumMemberName("redact")]
    Redact,

    /// <summary>The whole call is refused.</summary>
    [JsonStringEnumMemberName("block")]
    Block,

    /// <summary>It is counted and stays.</summary>
    [JsonStringEnumMemberName("report")]
    Report,
}
