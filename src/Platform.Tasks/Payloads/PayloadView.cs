using System.Buffers;
using System.Text.Json;

namespace Platform.Tasks.Payloads;

/// <summary>Payloads as people see them: what is sealed is hidden, whether its type is known here or not. Nothing is opened for it.</summary>
internal static class PayloadView
{
    public const string Hidden = "(hidden)";

    /// <param name="payload">As it stands in Redis.</param>
    /// <returns>Null where it is no JSON.</returns>
    public static JsonElement? Of(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return Of(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="payload">As it stands in Redis.</param>
    public static JsonElement Of(JsonElement payload)
    {
        var shown = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(shown))
        {
            Write(json, payload);
        }

        return JsonSerializer.Deserialize<JsonElement>(shown.WrittenSpan);
    }

    /// <summary>Whether a value is what is shown instead of another.</summary>
    public static bool HasHidden(JsonElement payload) => payload.ValueKind switch
    {
        JsonValueKind.Object => payload.EnumerateObject().Any(property => HasHidden(property.Value)),
        JsonValueKind.Array => payload.EnumerateArray().Any(HasHidden),
        JsonValueKind.String => payload.ValueEquals(Hidden),
        _ => false,
    };

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String when SealedText.IsOne(value.GetString()):
                json.WriteStringValue(Hidden);
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
