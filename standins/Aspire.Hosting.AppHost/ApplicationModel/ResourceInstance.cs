using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One running copy of a resource: its name, and the ports its own process listens on.</summary>
internal sealed class ResourceInstance(IResource resource, string name, string suffix, int index)
{
    public IResource Resource { get; } = resource;

    /// <summary>The id under which state and logs are reported, e.g. <c>taskservice-kqzvbnmw</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Eight lower-case letters; the telemetry's <c>service.instance.id</c>.</summary>
    public string Suffix { get; } = suffix;

    public int Index { get; } = index;

    /// <summary>Target port by endpoint name; filled in before the instance's environment is resolved.</summary>
    public Dictionary<string, int> TargetPorts { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>The copies that a resource runs as, fixed before anything starts.</summary>
internal sealed class ResourceInstancesAnnotation(IReadOnlyList<ResourceInstance> instances) : IResourceAnnotation
{
    public IReadOnlyList<ResourceInstance> Instances { get; } = instances;
}

internal static class ResourceInstances
{
    private const string Letters = "bcdfghjkmnpqrstvwxz";
    private const int SuffixLength = 8;

    public static IReadOnlyList<ResourceInstance> GetInstances(this IResource resource)
    {
        if (resource.Annotations.OfType<ResourceInstancesAnnotation>().LastOrDefault() is { } existing)
        {
            return existing.Instances;
        }

        return [new ResourceInstance(resource, resource.Name, "", 0)];
    }

    /// <summary>Names every copy of every resource that runs as a process or a container.</summary>
    public static void Assign(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources)
        {
            if (resource is not (ProjectResource or ExecutableResource or ContainerResource)
                || resource.Annotations.OfType<ResourceInstancesAnnotation>().Any())
            {
                continue;
            }

            var instances = new ResourceInstance[resource.GetReplicaCount()];
            for (var i = 0; i < instances.Length; i++)
            {
                var suffix = RandomNumberGenerator.GetString(Letters, SuffixLength);
                instances[i] = new ResourceInstance(resource, $"{resource.Name}-{suffix}", suffix, i);
            }

            resource.Annotations.Add(new ResourceInstancesAnnotation(instances));
        }
    }
}
