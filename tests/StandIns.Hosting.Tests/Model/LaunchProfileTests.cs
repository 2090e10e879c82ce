using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public sealed class LaunchProfileTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void AddProject_NothingSaid_TakesTheFirstProfile()
    {
        var api = _workspace.CreateBuilder().AddProject("api", TwoProfiles());

        Assert.Equal(["https:https:7001", "http:http:7002"], Endpoints(api));
    }

    [Fact]
    public void AddProject_AppHostHasAProfile_TakesTheOneOfThatName()
    {
        var api = _workspace.CreateBuilder("--DOTNET_LAUNCH_PROFILE=http").AddProject("api", TwoProfiles());

        Assert.Equal(["http:http:7002"], Endpoints(api));
    }

    [Fact]
    public void AddProject_ProfileNamed_WinsOverTheAppHosts()
    {
        var api = _workspace.CreateBuilder("--DOTNET_LAUNCH_PROFILE=http").AddProject("api", TwoProfiles(), launchProfileName: "https");

        Assert.Equal(["https:https:7001", "http:http:7002"], Endpoints(api));
    }

    [Fact]
    public void AddProject_ProfileNull_TakesNone()
    {
        var builder = _workspace.CreateBuilder();

        var api = builder.AddProject("api", TwoProfiles(), launchProfileName: null);
        var other = builder.AddProject("other", TwoProfiles(), options => options.ExcludeLaunchProfile = true);

        Assert.Empty(Endpoints(api));
        Assert.Empty(Endpoints(other));
    }

    [Fact]
    public void AddProject_ProfileUnknown_SaysSo()
    {
        var exception = Assert.Throws<DistributedApplicationException>(
            () => _workspace.CreateBuilder().AddProject("api", TwoProfiles(), launchProfileName: "nope"));

        Assert.StartsWith("Launch profile 'nope' does not exist in the launch settings of the project", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddProject_SeveralUrlsOfOneScheme_AreNumbered()
    {
        var project = _workspace.AddProject("Api", ("http", "http://localhost:7001;http://127.0.0.1:7002;https://localhost:7003;https://localhost:7004"));

        var api = _workspace.CreateBuilder().AddProject("api", project);

        Assert.Equal(["http:http:7001", "http2:http:7002", "https:https:7003", "https2:https:7004"], Endpoints(api));
    }

    [Fact]
    public void AddProject_FileMissing_IsNamed()
    {
        var exception = Assert.Throws<DistributedApplicationException>(() => _workspace.CreateBuilder().AddProject("api", "../Nope/Nope.csproj"));

        var path = Path.GetFullPath(Path.Combine(_workspace.AppHost, "../Nope/Nope.csproj"));
        Assert.Equal($"Project file '{path}' was not found.", exception.Message);
    }

    [Theory]
    [InlineData("{ not json", "is not valid JSON")]
    [InlineData("""{ "profiles": { "x": { "commandName": "Project", "applicationUrl": "localhost:80" } } }""", "'localhost:80', which is not an http or https address")]
    public void AddProject_LaunchSettingsAreWrong_SaysWhat(string settings, string expected)
    {
        var project = _workspace.AddProjectWith("Api", settings);

        var exception = Assert.Throws<DistributedApplicationException>(() => _workspace.CreateBuilder().AddProject("api", project));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();

    private string TwoProfiles() =>
        _workspace.AddProject("Api", ("https", "https://localhost:7001;http://localhost:7002"), ("http", "http://localhost:7002"));

    private static IEnumerable<string> Endpoints(IResourceBuilder<ProjectResource> project) =>
        project.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => $"{endpoint.Name}:{endpoint.UriScheme}:{endpoint.Port}");
}
