using System.Text.Json.Serialization;
using PrivacyService.Documents;

namespace PrivacyService.Detection;

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DetectRequest
{
    public RawJson Document { get; init; }
}
