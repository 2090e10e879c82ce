using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>What a person can always do to a resource: start it, stop it, start it again.</summary>
internal static class LifecycleCommands
{
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Restart = "restart";

    public static void Add(IResource resource, ResourceRunner runner)
    {
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(command => command.Name == Start))
        {
            return;
        }

        resource.Annotations.Add(Command(Start, "Start", "Play", isHighlighted: true, whileDown: true, runner.StartAsync));
        resource.Annotations.Add(Command(Stop, "Stop", "Stop", isHighlighted: true, whileDown: false, runner.StopAsync));
        resource.Annotations.Add(Command(Restart, "Restart", "ArrowCounterclockwise", isHighlighted: false, whileDown: false, async () =>
        {
            await runner.StopAsync().ConfigureAwait(false);
            await runner.StartAsync().ConfigureAwait(false);
        }));
    }

    private static ResourceCommandAnnotation Command(
        string name, string displayName, string iconName, bool isHighlighted, bool whileDown, Func<Task> execute) => new(
        name,
        displayName,
        context => IsDown(context.ResourceSnapshot) == whileDown ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
        async _ =>
        {
            await execute().ConfigureAwait(false);
            return CommandResults.Success();
        },
        displayDescription: null,
        parameter: null,
        confirmationMessage: null,
        iconName,
        IconVariant.Filled,
        isHighlighted);

    private static bool IsDown(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is not { } state
        || state == KnownResourceStates.NotStarted
        || KnownResourceStates.TerminalStates.Contains(state);
}
