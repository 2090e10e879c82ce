using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

internal static class InitialSnapshots
{
    public static CustomResourceSnapshot Create(IResource resource)
    {
        var initial = resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
            ?? new CustomResourceSnapshot { ResourceType = TypeOf(resource), Properties = [] };
        return initial with
        {
            CreationTimeStamp = initial.CreationTimeStamp ?? TimeProvider.System.GetUtcNow().UtcDateTime,
            HealthReports = PendingReports(resource),
            Relationships =
            [
                .. resource.Annotations.OfType<ResourceRelationshipAnnotation>()
                    .Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type)).Distinct(),
            ],
            Volumes =
            [
                .. resource.Annotations.OfType<ContainerMountAnnotation>()
                    .Select(m => new VolumeSnapshot(m.Source, m.Target, m.Type.ToString(), m.IsReadOnly)),
            ],
            IconName = resource.Annotations.OfType<ResourceIconAnnotation>().LastOrDefault()?.IconName,
            IconVariant = resource.Annotations.OfType<ResourceIconAnnotation>().LastOrDefault()?.IconVariant,
        };
    }

    /// <summary>A check that has not run yet counts as not healthy.</summary>
    public static ImmutableArray<HealthReportSnapshot> PendingReports(IResource resource) =>
    [
        .. resource.Annotations.OfType<HealthCheckAnnotation>()
            .Select(check => new HealthReportSnapshot(check.Key, Status: null, Description: null, ExceptionText: null)),
    ];

    private static string TypeOf(IResource resource) => resource switch
    {
        ProjectResource => KnownResourceTypes.Project,
        ContainerResource => KnownResourceTypes.Container,
        ExecutableResource => KnownResourceTypes.Executable,
        IResourceWithConnectionString and ParameterResource or ConnectionStringResource => KnownResourceTypes.ConnectionString,
        ParameterResource => KnownResourceTypes.Parameter,
        ExternalServiceResource => KnownResourceTypes.ExternalService,
        _ => resource.GetType().Name,
    };
}
