using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class OrchestrationExtensions
{
    public static ImmutableArray<ResourcePropertySnapshot> With(
        this ImmutableArray<ResourcePropertySnapshot> properties, ImmutableArray<ResourcePropertySnapshot> added) =>
        [.. properties.Where(old => added.All(property => property.Name != old.Name)), .. added];

    public static ImmutableArray<ResourcePropertySnapshot> Without(this ImmutableArray<ResourcePropertySnapshot> properties, string name) =>
        [.. properties.Where(property => property.Name != name)];

    public static string? Problem(this CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == OrchestrationProperties.Problem)?.Value as string;

    /// <summary>A task that ends, without failing, when the token is cancelled.</summary>
    public static Task WhenCancelled(this CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled);
        return cancelled.Task;
    }
}
