using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>One copy of a resource as the page shows it. Secrets are named, never sent.</summary>
internal sealed record ResourceView(
    string Id,
    string DisplayName,
    string Kind,
    string? State,
    HealthStatus? HealthStatus,
    DateTime? StartedAt,
    int? ExitCode,
    int Restarts,
    string? Source,
    IReadOnlyList<ResourceView.Url> Urls,
    IReadOnlyList<ResourceView.Check> Health,
    IReadOnlyList<ResourceView.Fact> Properties,
    IReadOnlyList<ResourceView.Relation> Relationships,
    IReadOnlyList<ResourceView.Fact> Environment)
{
    /// <summary>How often the host started the process again.</summary>
    public const string RestartsProperty = "resource.restarts";

    private static readonly string[] _sources = ["resource.source", "project.path", "container.image", "executable.path"];

    public static ResourceView Of(ResourceEvent resource, bool isReplica)
    {
        var snapshot = resource.Snapshot;
        return new ResourceView(
            resource.ResourceId,
            isReplica ? resource.ResourceId : resource.Resource.Name,
            snapshot.ResourceType,
            snapshot.State?.Text,
            snapshot.HealthStatus,
            snapshot.StartTimeStamp,
            snapshot.ExitCode,
            Number(snapshot, RestartsProperty),
            _sources.Select(name => Property(snapshot, name)).FirstOrDefault(value => value is not null),
            [
                .. snapshot.Urls.Where(url => !url.IsInternal && !url.IsInactive)
                    .OrderByDescending(url => url.DisplayProperties.SortOrder)
                    .Select(url => new Url(url.Name, url.Url, url.DisplayProperties.DisplayName is { Length: > 0 } text ? text : url.Url)),
            ],
            [.. snapshot.HealthReports.Select(report => new Check(report.Name, report.Status, report.Description))],
            [
                .. snapshot.Properties.Where(property => property.Name != RestartsProperty && property.Value is not null)
                    .Select(property => new Fact(property.Name, property.IsSensitive ? null : Text(property.Value), property.IsSensitive)),
            ],
            [.. snapshot.Relationships.Select(relation => new Relation(relation.Type, relation.ResourceName))],
            [
                .. snapshot.EnvironmentVariables.OrderBy(variable => variable.Name, StringComparer.OrdinalIgnoreCase)
                    .Select(variable => new Fact(variable.Name, variable.IsSensitive ? null : variable.Value, variable.IsSensitive)),
            ]);
    }

    /// <summary>A secret of a resource, for the one who asked to see it.</summary>
    public static string? Reveal(CustomResourceSnapshot snapshot, string name) =>
        snapshot.EnvironmentVariables.FirstOrDefault(variable => variable.Name == name)?.Value ?? Property(snapshot, name);

    private static string? Property(CustomResourceSnapshot snapshot, string name) =>
        Text(snapshot.Properties.FirstOrDefault(property => property.Name == name)?.Value);

    private static int Number(CustomResourceSnapshot snapshot, string name) =>
        int.TryParse(Property(snapshot, name), out var number) ? number : 0;

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        System.Collections.IEnumerable items => string.Join(' ', items.Cast<object?>()),
        _ => value.ToString(),
    };

    internal sealed record Url(string? Name, string Address, string Text);

    internal sealed record Check(string Name, HealthStatus? Status, string? Description);

    internal sealed record Fact(string Name, string? Value, bool Secret);

    internal sealed record Relation(string Type, string Resource);
}
