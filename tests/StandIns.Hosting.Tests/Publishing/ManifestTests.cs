using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Platform.TestKit;
using StandIns.Hosting.Tests.Model;

namespace StandIns.Hosting.Tests.Publishing;

public sealed class ManifestTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task Manifest_OfTheCanonicalApplication_IsTheExpectedOneByteForByte()
    {
        var manifest = await _workspace.PublishAsync(builder => Shop.Write(builder, _workspace));

        Assert.Equal(await ExpectedAsync("shop-manifest.json"), manifest);
    }

    [Fact]
    public async Task Manifest_OfEveryFeature_IsTheExpectedOneByteForByte()
    {
        var manifest = await _workspace.PublishAsync(builder => Features.Write(builder, _workspace));

        Assert.Equal(await ExpectedAsync("features-manifest.json"), manifest);
    }

    [Fact]
    public async Task Manifest_PublishedAgain_IsTheSameWithUnixLines()
    {
        var first = await _workspace.PublishAsync(builder => Features.Write(builder, _workspace));
        var second = await _workspace.PublishAsync(builder => Features.Write(builder, _workspace));

        Assert.Equal(first, second);
        Assert.DoesNotContain('\r', first);
        Assert.Equal((byte)'{', (await File.ReadAllBytesAsync(_workspace.ManifestFile, TestContext.Current.CancellationToken))[0]);
    }

    [Fact]
    public async Task Manifest_ValuesThatWereGiven_AreNotInIt()
    {
        var manifest = await _workspace.PublishAsync(builder =>
        {
            string[] keys = ["Parameters:api-key", "Parameters:generated", "Parameters:cache-password", "Parameters:plain", "ConnectionStrings:external-db", "My:Config:Key"];
            foreach (var key in keys)
            {
                builder.Configuration[key] = "hunter2";
            }

            Features.Write(builder, _workspace);
        });

        Assert.DoesNotContain("hunter2", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_WhatOnlyAValueRefersTo_IsInIt()
    {
        var manifest = await _workspace.PublishAsync(builder =>
        {
            var hidden = new ParameterResource("hidden", _ => "x", secret: true);
            var inner = new ConnectionStringResource("inner", ReferenceExpression.Create($"Key={hidden}"));
            builder.AddContainer("web", "nginx").WithEnvironment("CS", new ConnectionStringReference(inner, optional: false));
        });

        var resources = JsonNode.Parse(manifest)!["resources"]!.AsObject();
        Assert.Equal(["web", "inner", "hidden"], resources.Select(resource => resource.Key));
        Assert.Equal("Key={hidden.value}", resources["inner"]!["connectionString"]!.GetValue<string>());
    }

    [Fact]
    public async Task Ports_LeftOpen_AreChosenPastThoseInUse()
    {
        var manifest = await _workspace.PublishAsync(builder =>
        {
            builder.AddContainer("one", "nginx").WithEndpoint(targetPort: 8000);
            builder.AddContainer("two", "nginx").WithEndpoint();
            builder.AddContainer("three", "nginx").WithEndpoint(port: 8001, name: "same").WithEndpoint(name: "free");
        });

        var resources = JsonNode.Parse(manifest)!["resources"]!;
        Assert.Equal(8001, resources["two"]!["bindings"]!["tcp"]!["targetPort"]!.GetValue<int>());
        Assert.Equal("""{"scheme":"tcp","protocol":"tcp","transport":"tcp","targetPort":8001}""", resources["three"]!["bindings"]!["same"]!.ToJsonString());
        Assert.Equal(8002, resources["three"]!["bindings"]!["free"]!["targetPort"]!.GetValue<int>());
    }

    [Fact]
    public async Task Publish_StartsNothingAndRaisesItsEvents()
    {
        var builder = _workspace.CreatePublishingBuilder();
        var witness = Path.Combine(_workspace.AppHost, "started");
        builder.AddExecutable("tool", "touch", ".", witness);
        builder.AddParameter("missing");
        var events = new List<string>();
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) => Note("before start"));
        builder.Eventing.Subscribe<BeforePublishEvent>((_, _) => Note($"before publish, file: {File.Exists(_workspace.ManifestFile)}"));
        builder.Eventing.Subscribe<AfterPublishEvent>((_, _) => Note($"after publish, file: {File.Exists(_workspace.ManifestFile)}"));
        await using var app = builder.Build();

        await app.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["before start", "before publish, file: False", "after publish, file: True"], events);
        Assert.False(File.Exists(witness));

        Task Note(string text)
        {
            events.Add(text);
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("--publisher", "manifest")]
    [InlineData("--operation", "publish", "--step", "publish-manifest")]
    public async Task Publish_IntoAFolder_UsesTheUsualName(params string[] how)
    {
        var folder = Path.Combine(_workspace.AppHost, "out", "deep");
        var builder = _workspace.CreateBuilder([.. how, "--output-path", folder]);
        Assert.True(builder.ExecutionContext.IsPublishMode);
        builder.AddParameter("one");
        await using var app = builder.Build();

        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "aspire-manifest.json"), TestContext.Current.CancellationToken))!["resources"]!["one"]);
    }

    [Fact]
    public async Task Publish_ModelThatCannotBePublished_LeavesTheLastManifest()
    {
        var good = await _workspace.PublishAsync(builder => builder.AddContainer("web", "nginx"));

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => _workspace.PublishAsync(builder =>
        {
            builder.AddContainer("web", "nginx");
            builder.AddResource(new ContainerResource("bare"));
        }));

        Assert.Equal("The container 'bare' has no image. Call WithImage.", exception.Message);
        Assert.Equal(good, await File.ReadAllTextAsync(_workspace.ManifestFile, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _workspace.Dispose();

    private static Task<string> ExpectedAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "StandIns.Hosting.Tests", "Publishing", file), TestContext.Current.CancellationToken);
}
