using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Launching;

internal static class LaunchExtensions
{
    public static IReadOnlyList<string> ArgumentValues(this ResolvedConfiguration configuration) =>
        [.. configuration.Arguments.Select(argument => argument.Value)];

    public static IReadOnlyDictionary<string, string> Variables(this ResolvedConfiguration configuration) =>
        configuration.Environment.Where(variable => variable.Value is not null)
            .GroupBy(variable => variable.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Last().Value!, StringComparer.Ordinal);

    public static ImmutableArray<ResourcePropertySnapshot> Describe(this ProcessSpec process, ResolvedConfiguration configuration) =>
    [
        new(OrchestrationProperties.ProgramPath, process.FileName),
        new(OrchestrationProperties.WorkingDirectory, process.WorkingDirectory),
        new(OrchestrationProperties.Arguments, process.Arguments.ToImmutableArray())
        {
            IsSensitive = configuration.Arguments.Any(argument => argument.IsSensitive),
        },
    ];
}
