using System.Text.Json;
using System.Text.Json.Nodes;
using AppHost.Resources;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Platform.TestKit;

namespace AppHost.Tests;

public class ManifestTests
{
    [Fact]
    public async Task Manifest_OfTheApplication_IsTheExpectedOne()
    {
        var manifest = await PublishAsync();

        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "AppHost.Tests", "expected-manifest.json")))!;

        // Paths depend on where the manifest is written; everything else is compared as it is, order included.
        foreach (var (_, resource) in manifest["resources"]!.AsObject())
        {
            if (resource!["path"] is { } path)
            {
                resource["path"] = Path.GetFileName(path.GetValue<string>());
            }
        }

        Assert.Equal(Text(expected), Text(manifest));
    }

    [Fact]
    public async Task Manifest_RedisCommandLine_HoldsTheSettingsOfState()
    {
        var redis = (await PublishAsync())["resources"]!["redis"]!;

        var arguments = redis["args"]!.AsArray().Select(argument => argument!.GetValue<string>()).ToArray();
        Assert.Equal("/bin/sh", redis["entrypoint"]!.GetValue<string>());
        Assert.Equal(2, arguments.Length);
        Assert.Equal("-c", arguments[0]);
        Assert.StartsWith("redis-server --requirepass $REDIS_PASSWORD", arguments[1], StringComparison.Ordinal);
        Assert.Contains("--appendonly yes", arguments[1], StringComparison.Ordinal);
        Assert.Contains("--maxmemory-policy noeviction", arguments[1], StringComparison.Ordinal);
        Assert.Contains("--maxmemory 1gb", arguments[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("everysec")]
    [InlineData("always")]
    public async Task Manifest_RedisFsync_IsWhatTheSettingSays(string fsync)
    {
        var redis = (await PublishAsync($"--Redis:Fsync={fsync}"))["resources"]!["redis"]!;

        Assert.Contains($" --appendfsync {fsync} ", redis["args"]![1]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("Always")]
    [InlineData("")]
    public async Task Manifest_RedisFsyncIsSomethingElse_IsRefusedInALineThatNamesTheSetting(string fsync)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync($"--Redis:Fsync={fsync}"));

        Assert.Contains($"Redis:Fsync is '{fsync}'. Set it to everysec or always.", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_Secrets_AreInputsAndNeverValues()
    {
        var manifest = await PublishAsync("--Parameters:redis-password=hunter2hunter2hunter2h", "--Parameters:admin-password=open sesame");

        Assert.DoesNotContain("hunter2", Text(manifest), StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", Text(manifest), StringComparison.Ordinal);
        foreach (var (name, resource) in manifest["resources"]!.AsObject())
        {
            if (resource!["type"]!.GetValue<string>() == "parameter.v0")
            {
                Assert.Equal($"{{{name}.inputs.value}}", resource["value"]!.GetValue<string>());

                // Which mail server, and who writes, is no secret.
                Assert.Equal(
                    name is not ("mail-from" or "mail-host" or "mail-user"), resource["inputs"]!["value"]!["secret"]?.GetValue<bool>() ?? false);
            }
        }
    }

    [Fact]
    public async Task Manifest_WithTaskWorkers_GivesTheServiceAllItNeeds_AndTellsTheOthersOfItsQueues()
    {
        var resources = (await PublishAsync(builder =>
        {
            var (redis, users, tasks) = (Of<RedisResource>("redis"), Of<ProjectResource>("userservice"), Of<ProjectResource>("taskservice"));
            foreach (var (name, queue) in new[] { ("billing", "billing"), ("reports", "nightly") })
            {
                builder.AddProject(name, Path.Combine(Repository.Root, "src", "TaskService", "TaskService.csproj"))
                    .WithCredentials(users, "notifications:send", "users:read")
                    .WithTaskWorkers(tasks, redis, queue);
            }

            IResourceBuilder<T> Of<T>(string name) where T : IResource => builder.CreateResourceBuilder(builder.Resources.OfType<T>().Single(one => one.Name == name));
        }))["resources"]!;

        var billing = resources["billing"]!["env"]!;
        Assert.Equal("{redis.connectionString},defaultDatabase=1", Value(billing, "ConnectionStrings__tasks"));
        Assert.Equal(Value(resources["taskservice"]!["env"]!, "ConnectionStrings__redis"), Value(billing, "ConnectionStrings__tasks"));
        Assert.Equal("{taskservice-sealing-key.value}", Value(billing, "Tasks__SealingKey"));
        Assert.Equal("{billing-sealing-key.value}", Value(billing, "Sealing__Key"));
        Assert.Equal(("billing", "nightly"), (Value(billing, "Tasks__Serves__0"), Value(resources["reports"]!["env"]!, "Tasks__Serves__0")));
        foreach (var host in (string[])["taskservice", "billing", "reports"])
        {
            var env = resources[host]!["env"]!;
            Assert.Equal(["default", "billing", "nightly"], Enumerable.Range(0, 3).Select(i => Value(env, $"Tasks__Queues__{i}")));
        }

        Assert.Null(resources["taskservice"]!["env"]!["Tasks__Serves__0"]);
        Assert.Equal("notifications:send users:read", Value(resources["userservice"]!["env"]!, "Clients__billing__Scopes"));

        static string Value(JsonNode env, string name) => env[name]!.GetValue<string>();
    }

    [Theory]
    [InlineData]
    [InlineData("default")]
    public async Task WithTaskWorkers_WithoutAQueueOfItsOwn_IsRefused(params string[] queues)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync(builder =>
        {
            var tasks = builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(one => one.Name == "taskservice"));
            tasks.WithTaskWorkers(tasks, builder.CreateResourceBuilder(builder.Resources.OfType<RedisResource>().Single()), queues);
        }));

        Assert.Contains("has to serve a queue of its own", refused.Message, StringComparison.Ordinal);
    }

    private static Task<JsonNode> PublishAsync(params string[] arguments) => PublishAsync(static _ => { }, arguments);

    private static async Task<JsonNode> PublishAsync(Action<IDistributedApplicationBuilder> change, params string[] arguments)
    {
        var file = Path.Combine(Path.GetTempPath(), $"manifest-{Guid.NewGuid():n}.json");
        try
        {
            await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
                ["--publisher", "manifest", "--output-path", file, .. arguments]);
            change(builder);
            await using var app = await builder.BuildAsync();
            await app.RunAsync();
            return JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Text(JsonNode node) => node.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}
