using Aspire.Hosting;

namespace StandIns.Hosting.Tests.Model;

/// <summary>An AppHost's folder with projects beside it, for one test.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("workspace-").FullName;

    public Workspace() => Directory.CreateDirectory(AppHost);

    public string AppHost => Path.Combine(_root, "AppHost");

    public string ManifestFile => Path.Combine(AppHost, "aspire-manifest.json");

    /// <summary>Adds a project; returns its path as an AppHost would write it.</summary>
    public string AddProject(string name, params (string Profile, string? Urls)[] profiles) => AddProjectWith(name, profiles.Length == 0
        ? null
        : $$"""{ "profiles": { {{string.Join(',', profiles.Select(profile => Profile(profile.Profile, profile.Urls)))}} } }""");

    public string AddProjectWith(string name, string? launchSettings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "services", name)).FullName;
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), """<Project Sdk="Microsoft.NET.Sdk.Web" />""");
        if (launchSettings is not null)
        {
            Directory.CreateDirectory(Path.Combine(folder, "Properties"));
            File.WriteAllText(Path.Combine(folder, "Properties", "launchSettings.json"), launchSettings);
        }

        return $"../services/{name}/{name}.csproj";
    }

    public IDistributedApplicationBuilder CreateBuilder(params string[] arguments) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = ["--environment=Development", "--DcpPublisher:WaitForResourceCleanup=true", .. arguments],
        DisableDashboard = true,
        ProjectDirectory = AppHost,
    });

    public IDistributedApplicationBuilder CreatePublishingBuilder() => CreateBuilder("--publisher", "manifest", "--output-path", ManifestFile);

    /// <summary>Publishes the model as <c>--publisher manifest</c> does, and returns the manifest's text.</summary>
    public async Task<string> PublishAsync(Action<IDistributedApplicationBuilder> model)
    {
        var builder = CreatePublishingBuilder();
        model(builder);
        await using var app = builder.Build();
        await app.StartAsync();
        return await File.ReadAllTextAsync(ManifestFile);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Profile(string name, string? urls) => $$"""
        "{{name}}": {
          "commandName": "Project",
          {{(urls is null ? "" : $"\"applicationUrl\": \"{urls}\",")}}
          "environmentVariables": { "ASPNETCORE_ENVIRONMENT": "Development" }
        }
        """;
}
