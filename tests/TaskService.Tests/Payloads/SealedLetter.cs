using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;

namespace TaskService.Tests.Payloads;

/// <summary>A payload with all that can be sensitive: a parameter, a list, a map, what lies deeper, and null.</summary>
internal sealed record SealedLetter([Sensitive] string Text, int Number = 0)
{
    [Sensitive]
    public IReadOnlyList<string> Lines { get; init; } = [];

    [Sensitive]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    [Sensitive]
    public string? Note { get; init; }

    public IReadOnlyList<Receiver> To { get; init; } = [];

    internal sealed record Receiver(string Id, [property: Sensitive] string Name);
}

/// <summary>What is planted, and what handlers found.</summary>
internal sealed class Letters
{
    public const string Type = "letter";
    public const string Secret = "Ada-has-a-secret-4711";

    public Func<SealedLetter, TaskContext, CancellationToken, Task<TaskOutcome>> Run { get; set; } = (_, _, _) => Task.FromResult(TaskOutcome.None);

    public TaskTypeOptions? Options { get; init; }

    public ConcurrentQueue<SealedLetter> Read { get; } = new();

    public static SealedLetter New(int number = 0) => new(Secret + "-text", number)
    {
        Lines = [Secret + "-line"],
        Headers = new Dictionary<string, string> { ["x-header"] = Secret + "-header" },
        To = [new("usr_1", Secret + "-name")],
    };

    public static JsonElement Json(int number = 0) => JsonSerializer.SerializeToElement(New(number), JsonSerializerOptions.Web);

    public void AddTo(IServiceCollection services) => services.AddSingleton(this).AddTaskHandler<LetterHandler, SealedLetter>(Type, Options);
}

internal sealed class LetterHandler(Letters letters) : ITaskHandler<SealedLetter>
{
    public Task<TaskOutcome> RunAsync(SealedLetter payload, TaskContext context, CancellationToken cancellationToken)
    {
        letters.Read.Enqueue(payload);
        return letters.Run(payload, context, cancellationToken);
    }
}
