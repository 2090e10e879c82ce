using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public sealed class ReferenceTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task Project_WithNamedEndpoints_IsFoundUnderSchemeOrName()
    {
        var builder = _workspace.CreateBuilder();
        var gateway = builder.AddProject("api-gw", _workspace.AddProject("Gateway", ("https", "https://localhost:7001;http://localhost:7002")))
            .WithHttpEndpoint(port: 7003, name: "admin");

        Assert.Equal(
            [
                "API_GW_HTTPS=https://localhost:7001", "services__api-gw__https__0=https://localhost:7001",
                "API_GW_HTTP=http://localhost:7002", "services__api-gw__http__0=http://localhost:7002",
                "API_GW_ADMIN=http://localhost:7003", "services__api-gw__admin__0=http://localhost:7003",
            ],
            await AddedAsync(builder, caller => caller.WithReference(gateway)));
    }

    [Fact]
    public async Task Project_OneEndpointOnly_GivesOnlyThat()
    {
        var builder = _workspace.CreateBuilder();
        var api = builder.AddProject("api", _workspace.AddProject("Api", ("http", "http://localhost:7002"))).WithHttpEndpoint(port: 7003, name: "admin");

        Assert.Equal(
            ["API_ADMIN=http://localhost:7003", "services__api__admin__0=http://localhost:7003"],
            await AddedAsync(builder, caller => caller.WithReference(api.GetEndpoint("admin"))));
    }

    [Fact]
    public async Task Project_UnderANameOfItsOwn_KeepsTheCaseOfIt()
    {
        var builder = _workspace.CreateBuilder();
        var api = builder.AddProject("api", _workspace.AddProject("Api", ("http", "http://localhost:7002")));

        Assert.Equal(
            ["custom_HTTP=http://localhost:7002", "services__custom__http__0=http://localhost:7002"],
            await AddedAsync(builder, caller => caller.WithReference(api, "custom")));
    }

    [Fact]
    public async Task Project_SeveralUnderOneName_AreCounted()
    {
        var builder = _workspace.CreateBuilder();
        var one = builder.AddProject("one", _workspace.AddProject("One", ("http", "http://localhost:7002")));
        var two = builder.AddProject("two", _workspace.AddProject("Two", ("http", "http://localhost:7003")));

        var added = await AddedAsync(builder, caller => caller.WithReference(one, "api").WithReference(two, "api"));

        Assert.Contains("services__api__http__0=http://localhost:7002", added);
        Assert.Contains("services__api__http__1=http://localhost:7003", added);
    }

    [Fact]
    public async Task Project_EndpointAddedAfterTheReference_IsFoundToo()
    {
        var builder = _workspace.CreateBuilder();
        var api = builder.AddProject("api", _workspace.AddProject("Api"));

        var added = await AddedAsync(builder, caller =>
        {
            caller.WithReference(api);
            api.WithHttpEndpoint(port: 7005);
        });

        Assert.Equal(["API_HTTP=http://localhost:7005", "services__api__http__0=http://localhost:7005"], added);
    }

    [Fact]
    public async Task Address_IsGivenUnderBothNames()
    {
        var builder = _workspace.CreateBuilder();

        Assert.Equal(
            ["services__billing__default__0=https://billing.example/", "billing=https://billing.example/"],
            await AddedAsync(builder, caller => caller.WithReference("billing", new Uri("https://billing.example/"))));
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("https://billing.example/?q=1")]
    [InlineData("https://billing.example/#part")]
    public void Address_ThatIsNoneOfAService_IsRefused(string uri)
    {
        var caller = _workspace.CreateBuilder().AddProject("caller", _workspace.AddProject("Caller"));

        Assert.Throws<InvalidOperationException>(() => caller.WithReference("billing", new Uri(uri, UriKind.RelativeOrAbsolute)));
    }

    [Fact]
    public async Task ExternalService_ByUrlOrParameter_IsFound()
    {
        var builder = _workspace.CreateBuilder("--Parameters:billing-url=http://billing.example:81");
        var weather = builder.AddExternalService("weather", "https://weather.example/");
        var billing = builder.AddExternalService("billing", builder.AddParameter("billing-url"));

        var added = await AddedAsync(builder, caller => caller.WithReference(weather).WithReference(billing));

        Assert.Equal(
            [
                "BILLING_HTTP=http://billing.example:81/", "WEATHER=https://weather.example/",
                "services__billing__http__0=http://billing.example:81/", "services__weather__https__0=https://weather.example/",
            ],
            added.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("https://weather.example/with/path")]
    public void ExternalService_UrlIsNoServiceAddress_IsRefused(string url)
    {
        var exception = Assert.Throws<ArgumentException>(() => _workspace.CreateBuilder().AddExternalService("weather", url));

        Assert.Contains("'weather'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "ConnectionStrings__my-cache", "MY_CACHE_")]
    [InlineData("2nd.cache", "ConnectionStrings__2nd.cache", "_2ND_CACHE_")]
    [InlineData("", "ConnectionStrings__", "")]
    public async Task ConnectionString_AndItsParts_AreNamedAfterTheConnection(string? connectionName, string variable, string prefix)
    {
        var builder = _workspace.CreateBuilder("--Parameters:my-cache-password=p/w");
        var cache = builder.AddRedis("my-cache", port: 7777);

        Assert.Equal(
            [
                $"{variable}=localhost:7777,password=p/w", $"{prefix}HOST=localhost", $"{prefix}PORT=7777",
                $"{prefix}PASSWORD=p/w", $"{prefix}URI=redis://:p%2Fw@localhost:7777",
            ],
            await AddedAsync(builder, caller => caller.WithReference(cache, connectionName)));
    }

    [Fact]
    public async Task ConnectionString_WithAVariableOfItsOwn_UsesThat()
    {
        var builder = _workspace.CreateBuilder("--ConnectionStrings:db=Server=x");
        var database = builder.AddConnectionString("db", "MY_DATABASE");

        Assert.Equal(["MY_DATABASE=Server=x"], await AddedAsync(builder, caller => caller.WithReference(database)));
    }

    [Fact]
    public async Task ConnectionString_Empty_FailsUnlessOptional()
    {
        var builder = _workspace.CreateBuilder("--ConnectionStrings:db=");
        var database = builder.AddConnectionString("db");
        var needs = builder.AddProject("needs", _workspace.AddProject("Needs")).WithReference(database);
        var can = builder.AddProject("can", _workspace.AddProject("Can")).WithReference(database, optional: true);
        await using var evaluation = await Evaluation.OfAsync(builder);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => evaluation.EnvironmentAsync(needs));

        Assert.Equal("The connection string for the resource 'db' is not available.", exception.Message);
        Assert.True(string.IsNullOrEmpty(await evaluation.VariableAsync(can, "ConnectionStrings__db")));
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>The variables that a change of a project's model adds.</summary>
    private async Task<IReadOnlyList<string>> AddedAsync(IDistributedApplicationBuilder builder, Action<IResourceBuilder<ProjectResource>> change)
    {
        var project = _workspace.AddProject("Caller");
        var without = builder.AddProject("without", project);
        var with = builder.AddProject("with", project);
        change(with);
        await using var evaluation = await Evaluation.OfAsync(builder);
        var before = (await evaluation.EnvironmentAsync(without)).Select(variable => variable.Key).ToHashSet();
        return [.. (await evaluation.EnvironmentAsync(with)).Where(variable => !before.Contains(variable.Key)).Select(variable => $"{variable.Key}={variable.Value}")];
    }
}
