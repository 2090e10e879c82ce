using System.Text.Json;
using Platform.ServiceDefaults.Http;

namespace Platform.Tasks.Handlers;

/// <summary>A type of task by its stable name: what its payload is, and who runs it.</summary>
internal sealed class TaskType
{
    private readonly Func<IServiceProvider, ReadOnlyMemory<byte>, TaskContext, CancellationToken, Task<TaskOutcome>> _run;
    private readonly Func<JsonElement, object?> _decode;

    private TaskType(
        string name, TaskTypeOptions options, Func<JsonElement, object?> decode,
        Func<IServiceProvider, ReadOnlyMemory<byte>, TaskContext, CancellationToken, Task<TaskOutcome>> run)
    {
        Name = name;
        Options = options;
        _decode = decode;
        _run = run;
    }

    public string Name { get; }

    public TaskTypeOptions Options { get; }

    public static TaskType Of<THandler, TPayload>(string name, TaskTypeOptions options)
        where THandler : ITaskHandler<TPayload>
        where TPayload : class =>
        new(
            name,
            options,
            json => json.Deserialize<TPayload>(JsonDefaults.Options),
            (services, payload, context, cancellationToken) =>
                services.GetRequiredService<THandler>().RunAsync(Decode<TPayload>(payload), context, cancellationToken));

    /// <exception cref="JsonException">The payload is not what this type takes.</exception>
    public object Decode(JsonElement payload) => _decode(payload) ?? throw new JsonException("The payload is null.");

    /// <exception cref="UndecodablePayloadException">The payload is not what this type takes.</exception>
    public Task<TaskOutcome> RunAsync(IServiceProvider services, TaskContext context, CancellationToken cancellationToken) =>
        _run(services, context.Task.Payload, context, cancellationToken);

    private static TPayload Decode<TPayload>(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<TPayload>(payload.Span, JsonDefaults.Options) ?? throw new UndecodablePayloadException();
        }
        catch (JsonException exception)
        {
            throw new UndecodablePayloadException(exception);
        }
    }
}

/// <summary>The types of tasks that this process knows.</summary>
internal sealed class TaskTypes(IEnumerable<TaskType> types)
{
    private readonly Dictionary<string, TaskType> _types = types.ToDictionary(type => type.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _types.Keys.Order(StringComparer.Ordinal);

    public IEnumerable<TaskType> All => _types.Values;

    public TaskType? Find(string name) => _types.GetValueOrDefault(name);
}
