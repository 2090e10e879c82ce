using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.ServiceDefaults.Http;

namespace Platform.Tasks.Payloads;

/// <summary>Writes the value of a sensitive property sealed, null too, and reads it only where it was.</summary>
/// <param name="sealer">With the key of the tasks.</param>
/// <param name="place">What the value is bound to beside its task: type of task and property.</param>
internal sealed class SealedConverter<T>(PayloadSealer sealer, byte[] place) : JsonConverter<T>
{
    public override bool HandleNull => true;

    private byte[] Place => SealedTask.Id is { } id ? [.. place, (byte)'\n', .. Encoding.UTF8.GetBytes(id)] : place;

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("A value is not sealed that has to be.");
        }

        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;

        // What a schedule has sealed is bound to no task. What is bound to another opens neither way.
        var value = SealedText.TryOpen(text, sealer, Place) ?? SealedText.TryOpen(text, sealer, place) ?? throw new JsonException("A sealed value does not open.");
        try
        {
            return JsonSerializer.Deserialize<T>(value, JsonDefaults.Options);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(value, PayloadJson.Options);
        writer.WriteStringValue(SealedText.Of(plain, sealer, Place));
        CryptographicOperations.ZeroMemory(plain);
    }
}
