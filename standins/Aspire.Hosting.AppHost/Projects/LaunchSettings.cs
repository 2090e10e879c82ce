using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A project's <c>Properties/launchSettings.json</c>.</summary>
public sealed class LaunchSettings
{
    [JsonPropertyName("profiles")]
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];
}

public sealed class LaunchProfile
{
    [JsonPropertyName("commandName")]
    public string? CommandName { get; set; }

    [JsonPropertyName("dotnetRunMessages")]
    public bool? DotnetRunMessages { get; set; }

    [JsonPropertyName("launchBrowser")]
    public bool? LaunchBrowser { get; set; }

    [JsonPropertyName("launchUrl")]
    public string? LaunchUrl { get; set; }

    [JsonPropertyName("applicationUrl")]
    public string? ApplicationUrl { get; set; }

    [JsonPropertyName("commandLineArgs")]
    public string? CommandLineArgs { get; set; }

    [JsonPropertyName("environmentVariables")]
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}

/// <summary>The launch profile that a project runs with; none when <see cref="LaunchProfileName" /> is null.</summary>
internal sealed class LaunchProfileAnnotation(string? launchProfileName, LaunchProfile? launchProfile) : IResourceAnnotation
{
    public string? LaunchProfileName { get; } = launchProfileName;

    public LaunchProfile? LaunchProfile { get; } = launchProfile;
}

internal static class LaunchSettingsReader
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The launch settings beside the project; null when it has none.</summary>
    public static LaunchSettings? Read(IProjectMetadata project)
    {
        if (project.LaunchSettings is { } given)
        {
            return given;
        }

        var file = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllBytes(file), _options);
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException(
                $"Failed to get the launch settings of the project '{project.ProjectPath}' because '{file}' is not valid JSON: {exception.Message}",
                exception);
        }
    }

    /// <summary>The profile asked for, else the AppHost's own if the project has it, else the project's first.</summary>
    public static LaunchProfileAnnotation Select(
        IProjectMetadata project,
        LaunchSettings? settings,
        string? requestedName,
        string? appHostProfileName)
    {
        if (requestedName is not null)
        {
            return settings?.Profiles.TryGetValue(requestedName, out var requested) == true
                ? new(requestedName, requested)
                : throw new DistributedApplicationException(
                    $"Launch profile '{requestedName}' does not exist in the launch settings of the project '{project.ProjectPath}'.");
        }

        if (settings is null)
        {
            return new(launchProfileName: null, launchProfile: null);
        }

        if (!string.IsNullOrEmpty(appHostProfileName) && settings.Profiles.TryGetValue(appHostProfileName, out var same))
        {
            return new(appHostProfileName, same);
        }

        var first = settings.Profiles.FirstOrDefault(p => p.Value.CommandName is "Project" or "Executable");
        return new(first.Key, first.Value);
    }
}
