using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Starts this resource when the other runs and is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
        => builder.Wait(dependency, WaitType.WaitUntilHealthy);

    public static IResourceBuilder<T> WaitFor<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency,
        WaitBehavior waitBehavior)
        where T : IResourceWithWaitSupport
        => builder.Wait(dependency, WaitType.WaitUntilHealthy, waitBehavior);

    /// <summary>Starts this resource when the other runs, healthy or not.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
        => builder.Wait(dependency, WaitType.WaitUntilStarted);

    public static IResourceBuilder<T> WaitForStart<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency,
        WaitBehavior waitBehavior)
        where T : IResourceWithWaitSupport
        => builder.Wait(dependency, WaitType.WaitUntilStarted, waitBehavior);

    /// <summary>Starts this resource when the other has ended with the exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency,
        int exitCode = 0)
        where T : IResourceWithWaitSupport
        => builder.Wait(dependency, WaitType.WaitForCompletion, waitBehavior: null, exitCode);

    /// <summary>Holds the resource back until somebody starts it.</summary>
    public static IResourceBuilder<T> WithExplicitStart<T>(this IResourceBuilder<T> builder)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new ExplicitStartupAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }

    private static IResourceBuilder<T> Wait<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency,
        WaitType type,
        WaitBehavior? waitBehavior = null,
        int exitCode = 0)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        if (ReferenceEquals(builder.Resource, dependency.Resource))
        {
            throw new DistributedApplicationException($"The resource '{builder.Resource.Name}' cannot wait for itself.");
        }

        if (builder.Resource is IResourceWithParent child && ReferenceEquals(child.Parent, dependency.Resource))
        {
            throw new DistributedApplicationException(
                $"The resource '{builder.Resource.Name}' cannot wait for its parent '{dependency.Resource.Name}'.");
        }

        if (type != WaitType.WaitForCompletion && dependency.Resource is IResourceWithParent { Parent: var parent })
        {
            builder.Wait(builder.ApplicationBuilder.CreateResourceBuilder(parent), type, waitBehavior);
        }

        builder.WithRelationship(dependency.Resource, KnownRelationshipTypes.WaitFor);
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource, type, exitCode) { WaitBehavior = waitBehavior });
    }
}
