using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;
using Platform.Tasks;
using Platform.Tasks.Payloads;

namespace TaskService.Tests.Functional;

internal static class TestPayloads
{
    /// <summary>Those of a process that seals nothing.</summary>
    public static TaskPayloads WithoutKey { get; } = new(new TaskSecrets(Options.Create(new TasksOptions()), Options.Create(new SealingOptions())), store: null!);
}
