using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Tasks.Handlers;

namespace TaskService.Tests.Payloads;

internal sealed record Document(int Number, string Text);

/// <summary>Tasks with large payloads, read as a whole or as they come, and digests of what was read.</summary>
internal sealed class Documents
{
    public const string Type = "document";
    public const string StreamType = "document-stream";
    public const string Secret = "Grace-has-a-secret-0815";

    public TaskTypeOptions? Options { get; init; }

    public Func<bool> Fails { get; init; } = () => false;

    /// <summary>Reads the stream of a task; by default as a document.</summary>
    public Func<Stream, CancellationToken, Task<string>> Hash { get; init; } = async (json, cancellationToken) =>
        HashOf((await JsonSerializer.DeserializeAsync<Document>(json, JsonSerializerOptions.Web, cancellationToken))!.Text);

    public ConcurrentQueue<string> Read { get; } = new();

    public static string Text(int length) => Secret + new string('x', length - Secret.Length);

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public void AddTo(IServiceCollection services) => services.AddSingleton(this)
        .AddTaskHandler<DocumentHandler, Document>(Type, Options)
        .AddTaskHandler<DocumentStreamHandler, Stream>(StreamType, Options);
}

internal sealed class DocumentHandler(Documents documents) : ITaskHandler<Document>
{
    public Task<TaskOutcome> RunAsync(Document payload, TaskContext context, CancellationToken cancellationToken)
    {
        if (documents.Fails())
        {
            throw new TaskRetryException("not_now", "Not now.", TimeSpan.Zero);
        }

        documents.Read.Enqueue(Documents.HashOf(payload.Text));
        return Task.FromResult(TaskOutcome.None);
    }
}

internal sealed class DocumentStreamHandler(Documents documents) : ITaskHandler<Stream>
{
    public async Task<TaskOutcome> RunAsync(Stream payload, TaskContext context, CancellationToken cancellationToken)
    {
        documents.Read.Enqueue(await documents.Hash(payload, cancellationToken));
        return TaskOutcome.None;
    }
}
