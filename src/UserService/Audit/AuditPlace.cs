using System.Text.Json;
using System.Text.Json.Serialization;
using UserService.Sessions;

namespace UserService.Audit;

/// <summary>From where something was done: personal data, kept sealed.</summary>
internal sealed record AuditPlace(string? Address, string? UserAgent, string? Detail)
{
    public static AuditPlace Of(HttpContext? context, string? detail)
    {
        if (context is null)
        {
            return new AuditPlace(null, null, detail);
        }

        var device = Device.Of(context, name: null);
        return new AuditPlace(device.Address, device.UserAgent, detail);
    }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, AuditPlaceJson.Default.AuditPlace);

    public static AuditPlace? FromUtf8(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, AuditPlaceJson.Default.AuditPlace);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditPlace))]
internal sealed partial class AuditPlaceJson : JsonSerializerContext;
