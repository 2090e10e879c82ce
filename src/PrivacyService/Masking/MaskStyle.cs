using System.Text.Json.Serialization;
using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Masking;

/// <summary>What masks and pseudonyms look like.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskStyle>))]
internal enum MaskStyle
{
    /// <summary>They say what they are: <c>AWS_EC2_…</c>, <c>psn_…</c>.</summary>
    [JsonStringEnumMemberName("token")]
    Token,

    /// <summary>AWS identifiers, e-mail addresses, cards and telephone numbers get stand-ins of their own form, which parsers accept. All else gets tokens.</summary>
    [JsonStringEnumMemberName("format")]
    Format,
}

internal static class MaskStyles
{
    /// <summary>What a query says.</summary>
    /// <exception cref="ProblemException">It is no style.</exception>
    public static MaskStyle Parse(string? style) => style switch
    {
        null or "token" => MaskStyle.Token,
        "format" => MaskStyle.Format,
        _ => throw new ProblemException(StatusCodes.Status400BadRequest, "invalid_style", "Not a style", "Use token or format."),
    };
}
