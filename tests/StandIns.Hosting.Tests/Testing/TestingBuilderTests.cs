using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using TestedAppHost = Projects.TestedAppHost;

namespace StandIns.Hosting.Tests.Testing;

public class TestingBuilderTests
{
    [Fact]
    public async Task CreateAsync_RunsTheEntryPointUpToBuild()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(TestContext.Current.CancellationToken);

        Assert.Equal(["redis-password", "redis", "echo"], builder.Resources.Select(resource => resource.Name));
        Assert.Equal(TestedAppHost.ProjectPath, builder.AppHostDirectory);
        Assert.Equal("TestedAppHost", builder.AppHostAssembly?.GetName().Name);
        Assert.True(builder.ExecutionContext.IsRunMode);
    }

    [Fact]
    public async Task CreateAsync_HasTheDefaultsOfATest()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(TestContext.Current.CancellationToken);

        Assert.Equal("true", builder.Configuration["DcpPublisher:RandomizePorts"]);
        Assert.Equal("true", builder.Configuration["DcpPublisher:WaitForResourceCleanup"]);
        Assert.Equal("true", builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"]);
        Assert.Null(builder.Configuration["DcpPublisher:ResourceNameSuffix"]);
        Assert.Null(builder.Configuration["DcpPublisher:DeleteResourcesOnShutdown"]);
        Assert.Null(builder.Configuration["AppHost:Operation"]);
        Assert.Equal("first", builder.Configuration["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal("first", builder.Configuration["FROM_PROFILE"]);
        Assert.Equal("Development", builder.Environment.EnvironmentName);
    }

    [Fact]
    public async Task CreateAsync_Arguments_WinOverTheDefaults()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(
            ["--DcpPublisher:RandomizePorts=false", "--FROM_PROFILE=argument", "--environment=Staging", "--Only=echo"], TestContext.Current.CancellationToken);

        Assert.Equal("false", builder.Configuration["DcpPublisher:RandomizePorts"]);
        Assert.Equal("argument", builder.Configuration["FROM_PROFILE"]);
        Assert.Equal("Staging", builder.Environment.EnvironmentName);
        Assert.Equal(["redis-password", "echo"], builder.Resources.Select(resource => resource.Name));
    }

    [Fact]
    public async Task CreateAsync_ConfigureBuilder_HasTheLastWord()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(
            ["--Only=echo"],
            (options, settings) =>
            {
                Assert.True(options.DisableDashboard);
                Assert.Equal(["--Only=echo"], options.Args!);
                options.Args = [.. options.Args!, "--Mark=configured"];
                settings.EnvironmentName = "Testing";
                settings.Configuration!.AddInMemoryCollection([KeyValuePair.Create<string, string?>("FROM_PROFILE", "configured")]);
            },
            TestContext.Current.CancellationToken);

        Assert.Equal("configured", builder.Configuration["Mark"]);
        Assert.Equal("configured", builder.Configuration["FROM_PROFILE"]);
        Assert.True(builder.Environment.IsEnvironment("Testing"));
    }

    [Fact]
    public async Task CreateAsync_EntryPointThrows_GivesItsException()
    {
        var exception = await Assert.ThrowsAsync<NotSupportedException>(() => DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(
            ["--Throws=because"], TestContext.Current.CancellationToken));

        Assert.Equal("because", exception.Message);
    }

    [Fact]
    public async Task CreateAsync_EntryPointNeverBuilds_SaysSo()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(
            ["--Ends=early"], TestContext.Current.CancellationToken));

        Assert.Equal("The entry point of 'TestedAppHost' ended without building an application.", exception.Message);
    }

    [Fact]
    public async Task CreateAsync_EntryPointCatchesEverything_WorksAllTheSame()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(["--Catches=true"], TestContext.Current.CancellationToken);

        Assert.Equal(3, builder.Resources.Count);
    }

    [Fact]
    public async Task CreateAsync_AssemblyWithoutEntryPoint_SaysWhatToName()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => DistributedApplicationTestingBuilder.CreateAsync<ParameterResource>(TestContext.Current.CancellationToken));

        Assert.Contains("Projects.MyApp_AppHost", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_BeforeTheStart_SaysToStartFirst()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(["--Only=echo"], TestContext.Current.CancellationToken);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);

        Assert.Contains("start the application first", Assert.Throws<InvalidOperationException>(() => app.GetEndpoint("echo")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builder_InTheHandsOfATest_ChangesTheModel()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<TestedAppHost>(["--Only=echo"], TestContext.Current.CancellationToken);
        builder.CreateResourceBuilder((ProjectResource)builder.Resources.Single(resource => resource.Name == "echo")).WithEnvironment("MARK", "by the test");

        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("echo", TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
        using var client = app.CreateHttpClient("echo");

        Assert.Equal("by the test", await client.GetStringAsync("/environment/MARK", TestContext.Current.CancellationToken));
    }
}
