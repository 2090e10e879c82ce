using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;

namespace Platform.Tasks.Payloads;

/// <summary>Payloads as they stand in Redis: JSON, in which the values of sensitive properties are sealed.</summary>
internal sealed class TaskPayloads(TaskSecrets secrets, PayloadStore store)
{
    private readonly ConcurrentDictionary<string, JsonSerializerOptions> _sealing = new(StringComparer.Ordinal);

    /// <param name="id">Of the task, to which what is sealed is bound.</param>
    /// <param name="type">Its type.</param>
    /// <param name="payload">Of the class that the type takes.</param>
    /// <param name="head">Goes before the payload.</param>
    /// <returns>Null where it is too large to lie with its task.</returns>
    public byte[]? TryEncode<TPayload>(string id, string type, TPayload payload, string head = "")
    {
        // It is large, as far as anybody knows.
        if (payload is Stream)
        {
            return null;
        }

        using var task = SealedTask.Enter(id);
        var buffer = PayloadBuffer.Rent();
        try
        {
            Encoding.UTF8.GetBytes(head, buffer);
            JsonSerializer.Serialize(buffer.Json, payload, OptionsOf<TPayload>(type));
            buffer.Json.Flush();
            var encoded = buffer.Written.ToArray();
            buffer.Return();
            return encoded;
        }
        catch (PayloadBuffer.IsLargerException)
        {
            return null;
        }
    }

    /// <summary>The same for a payload whose class is known only now, whatever its length.</summary>
    public byte[] Encode(string id, string type, object payload)
    {
        using var task = SealedTask.Enter(id);
        return SensitiveProperties.MayBeIn(payload.GetType())
            ? JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), SealingOptionsOf(type))
            : Plain(payload);
    }

    /// <summary>As it was sent, in the clear.</summary>
    public static byte[] Plain(object payload) =>
        payload is MemoryStream json ? json.ToArray() : JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), PayloadJson.Options);

    /// <summary>A payload in which the values that have to be are sealed, bound to no task: which one it will be that of is not known yet.</summary>
    /// <param name="json">The payload in the clear, unless its class has nothing sensitive.</param>
    public JsonElement Seal(string type, object payload, JsonElement json) =>
        SensitiveProperties.MayBeIn(payload.GetType()) ? JsonSerializer.SerializeToElement(payload, payload.GetType(), OptionsOf(type, payload.GetType())) : json;

    /// <exception cref="UndecodablePayloadException">It is not what this type takes, or what has to be sealed was changed, moved or is in the clear.</exception>
    public TPayload Decode<TPayload>(string id, string type, ReadOnlySpan<byte> payload)
    {
        using var task = SealedTask.Enter(id);
        try
        {
            return JsonSerializer.Deserialize<TPayload>(payload, OptionsOf<TPayload>(type)) ?? throw new UndecodablePayloadException();
        }
        catch (JsonException exception)
        {
            throw new UndecodablePayloadException(exception);
        }
    }

    /// <summary>Reads a payload that lies aside: as a whole only where its class is.</summary>
    /// <exception cref="UndecodablePayloadException">It is not what this type takes, or not what was written.</exception>
    /// <exception cref="TaskFailedException">It is no longer there.</exception>
    public async Task<TPayload> DecodeAsideAsync<TPayload>(TaskItem task, CancellationToken cancellationToken)
    {
        await using var payload = OpenAside(task);
        try
        {
            return await JsonSerializer.DeserializeAsync<TPayload>(payload, JsonDefaults.Options, cancellationToken) ?? throw new UndecodablePayloadException();
        }
        catch (JsonException exception)
        {
            throw new UndecodablePayloadException(exception);
        }
    }

    /// <summary>The JSON of a payload that lies aside.</summary>
    public Stream OpenAside(TaskItem task) => store.Open(task, StoredPayload.Of(task)!);

    /// <summary>Whether a payload, as it stands in Redis, says the same as one in the clear.</summary>
    /// <param name="payload">Of the class that the type takes.</param>
    /// <param name="json">The same as JSON.</param>
    public bool IsSame(string type, JsonElement stored, object payload, JsonElement json)
    {
        if (!SensitiveProperties.MayBeIn(payload.GetType()))
        {
            return stored.GetRawText() == json.GetRawText();
        }

        try
        {
            var opened = stored.Deserialize(payload.GetType(), OptionsOf(type, payload.GetType()));
            return JsonSerializer.Serialize(opened, payload.GetType(), JsonDefaults.Options) == json.GetRawText();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private JsonSerializerOptions OptionsOf<TPayload>(string type) => SensitiveProperties<TPayload>.MayBeThere ? SealingOptionsOf(type) : JsonDefaults.Options;

    private JsonSerializerOptions OptionsOf(string type, Type payload) => SensitiveProperties.MayBeIn(payload) ? SealingOptionsOf(type) : JsonDefaults.Options;

    private JsonSerializerOptions SealingOptionsOf(string type) => _sealing.GetOrAdd(type, static (type, self) => self.CreateOptions(type), this);

    private JsonSerializerOptions CreateOptions(string type)
    {
        var resolver = JsonDefaults.Options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver();
        var options = new JsonSerializerOptions(JsonDefaults.Options)
        {
            TypeInfoResolver = resolver.WithAddedModifier(contract =>
            {
                foreach (var property in contract.Properties.Where(SensitiveProperties.IsOne))
                {
                    property.CustomConverter = ConverterOf(property, type);
                }
            }),
        };
        options.MakeReadOnly();
        return options;
    }

    private JsonConverter ConverterOf(JsonPropertyInfo property, string type) => (JsonConverter)Activator.CreateInstance(
        typeof(SealedConverter<>).MakeGenericType(property.PropertyType), secrets.Sealer, Encoding.UTF8.GetBytes($"{type}\n{property.Name}"))!;
}
