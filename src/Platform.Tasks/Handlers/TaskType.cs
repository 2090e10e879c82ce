using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;

namespace Platform.Tasks.Handlers;

/// <summary>A type of task by its stable name: what its payload is, and who runs it.</summary>
internal sealed class TaskType
{
    /// <summary>What people send is refused where it has what nothing reads: it may be misspelt. What lies in Redis may come from a newer version.</summary>
    private static readonly JsonSerializerOptions AsSent = new(JsonDefaults.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly Func<IServiceProvider, TaskPayloads, TaskContext, CancellationToken, Task<TaskOutcome>> _run;
    private readonly Func<JsonElement, object?> _decode;
    private readonly Func<Stream, CancellationToken, ValueTask<object?>> _decodeLarge;
    private readonly Func<TaskPayloads, TaskItem, CancellationToken, Task<object>> _open;

    private TaskType(
        string name, Type payload, TaskTypeOptions options, Func<JsonElement, object?> decode, Func<Stream, CancellationToken, ValueTask<object?>> decodeLarge,
        Func<TaskPayloads, TaskItem, CancellationToken, Task<object>> open, Func<IServiceProvider, TaskPayloads, TaskContext, CancellationToken, Task<TaskOutcome>> run)
    {
        Name = name;
        Payload = payload;
        Options = options;
        _decode = decode;
        _decodeLarge = decodeLarge;
        _open = open;
        _run = run;
    }

    public string Name { get; }

    /// <summary>The class of its payloads.</summary>
    public Type Payload { get; }

    /// <summary>What a payload may have, by the names that are sent; none where that may be anything.</summary>
    public IEnumerable<string> Members => IsStream(Payload) ? [] : AsSent.GetTypeInfo(Payload).Properties.Select(property => property.Name);

    public TaskTypeOptions Options { get; }

    public static TaskType Of<THandler, TPayload>(string name, TaskTypeOptions options)
        where THandler : ITaskHandler<TPayload>
        where TPayload : class =>
        new(
            name,
            typeof(TPayload),
            options,
            json => IsStream<TPayload>() ? new MemoryStream(Encoding.UTF8.GetBytes(json.GetRawText())) : json.Deserialize<TPayload>(AsSent),
            async (json, cancellationToken) => IsStream<TPayload>()
                ? await JsonSerializer.DeserializeAsync<AnyObject>(json, JsonDefaults.Options, cancellationToken) is null ? null : Stream.Null
                : await JsonSerializer.DeserializeAsync<TPayload>(json, AsSent, cancellationToken),
            async (payloads, task, cancellationToken) => IsStream<TPayload>() ? Stream.Null
                : task.HasPayloadAside ? await payloads.DecodeAsideAsync<TPayload>(task, cancellationToken)
                : payloads.Decode<TPayload>(task.Id, name, task.Payload.Span),
            (services, payloads, context, cancellationToken) => IsStream<TPayload>() || context.Task.HasPayloadAside
                ? RunLargeAsync<THandler, TPayload>(services, payloads, context, cancellationToken)
                : services.GetRequiredService<THandler>().RunAsync(
                    payloads.Decode<TPayload>(context.Task.Id, name, context.Task.Payload.Span), context, cancellationToken));

    /// <summary>Reads a payload as somebody sends it, in the clear.</summary>
    /// <exception cref="JsonException">The payload is not what this type takes.</exception>
    public object Decode(JsonElement payload) => _decode(payload) ?? throw new JsonException("The payload is null.");

    /// <summary>The same for one that is too large to be had as a whole.</summary>
    /// <exception cref="JsonException">The payload is not what this type takes.</exception>
    public async Task<object> DecodeAsync(Stream payload, CancellationToken cancellationToken) =>
        await _decodeLarge(payload, cancellationToken) ?? throw new JsonException("The payload is null.");

    /// <summary>Opens the payload of a task, to look whether it may be run again; of what is read as a stream, nothing is.</summary>
    /// <exception cref="UndecodablePayloadException">The payload is not what this type takes.</exception>
    public Task<object> OpenAsync(TaskPayloads payloads, TaskItem task, CancellationToken cancellationToken) => _open(payloads, task, cancellationToken);

    /// <exception cref="UndecodablePayloadException">The payload is not what this type takes.</exception>
    public Task<TaskOutcome> RunAsync(IServiceProvider services, TaskPayloads payloads, TaskContext context, CancellationToken cancellationToken) =>
        _run(services, payloads, context, cancellationToken);

    private static bool IsStream<TPayload>() => IsStream(typeof(TPayload));

    private static bool IsStream(Type payload) => payload == typeof(Stream);

    private static async Task<TaskOutcome> RunLargeAsync<THandler, TPayload>(
        IServiceProvider services, TaskPayloads payloads, TaskContext context, CancellationToken cancellationToken)
        where THandler : ITaskHandler<TPayload>
    {
        var handler = services.GetRequiredService<THandler>();
        if (!IsStream<TPayload>())
        {
            return await handler.RunAsync(await payloads.DecodeAsideAsync<TPayload>(context.Task, cancellationToken), context, cancellationToken);
        }

        await using var json = context.Task.HasPayloadAside ? payloads.OpenAside(context.Task) : new MemoryStream(context.Task.Payload.ToArray(), writable: false);
        return await handler.RunAsync((TPayload)(object)json, context, cancellationToken);
    }

    /// <summary>What is read for its form alone.</summary>
    private sealed record AnyObject;
}

/// <summary>The types of tasks that this process knows.</summary>
internal sealed class TaskTypes(IEnumerable<TaskType> types)
{
    private readonly Dictionary<string, TaskType> _types = types.ToDictionary(type => type.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _types.Keys.Order(StringComparer.Ordinal);

    public IEnumerable<TaskType> All => _types.Values;

    public TaskType? Find(string name) => _types.GetValueOrDefault(name);
}
