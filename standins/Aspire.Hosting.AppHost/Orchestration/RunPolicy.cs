using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>How a resource's processes end and come back.</summary>
/// <param name="RestartsCrashes">Somebody waits for its end, or nobody does: only what is meant to stay is brought back.</param>
/// <param name="Grace">How long it may take to end when asked; both stages of a stop fit in ten seconds.</param>
internal sealed record RunPolicy(bool RestartsCrashes, TimeSpan Grace)
{
    private static readonly TimeSpan ServiceGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ServerGrace = TimeSpan.FromSeconds(3);

    public static RunPolicy For(IResource resource, IEnumerable<IResource> all)
    {
        var isAwaitedToEnd = all.SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
            .Any(wait => wait.WaitType == WaitType.WaitForCompletion && ReferenceEquals(wait.Resource, resource));
        return new RunPolicy(!isAwaitedToEnd, resource is ContainerResource ? ServerGrace : ServiceGrace);
    }

    public bool RestartsAfter(int exitCode) => RestartsCrashes && exitCode != 0;
}
