using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace StandIns.Hosting.Tests.Model;

public sealed class RedisTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task AddRedis_NothingSaid_HasTheDefaults()
    {
        var builder = _workspace.CreateBuilder();
        var redis = builder.AddRedis("cache");
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.True(redis.Resource.TryGetContainerImageName(out var image));
        Assert.Equal("docker.io/library/redis:8.6", image);
        Assert.Equal("/bin/sh", redis.Resource.Entrypoint);
        var endpoint = Assert.Single(redis.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("tcp", "redis", 6379, (int?)null), (endpoint.Name, endpoint.UriScheme, endpoint.TargetPort, endpoint.Port));
        Assert.Equal("cache_check", Assert.Single(redis.Resource.Annotations.OfType<HealthCheckAnnotation>()).Key);
        Assert.Equal("cache-password", redis.Resource.PasswordParameter?.Name);
        Assert.Single(builder.Resources);
        var password = await evaluation.VariableAsync(redis, "REDIS_PASSWORD");
        Assert.Matches("^[a-zA-Z0-9]{22}$", password);
        Assert.Equal(["redis-server", "--requirepass", "$REDIS_PASSWORD"], await evaluation.ArgumentsAsync(redis));
        Assert.Equal(
            $"localhost:{Evaluation.FirstPort},password={password}",
            await redis.Resource.GetConnectionStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AddRedis_PasswordWithAComma_IsRefusedWithoutBeingShown()
    {
        var builder = _workspace.CreateBuilder();
        var redis = builder.AddRedis("redis", password: builder.AddParameter("redis-password", "hunter2,ssl=true", secret: true));
        await using var evaluation = await Evaluation.OfAsync(builder);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => evaluation.VariableAsync(redis, "REDIS_PASSWORD"));

        Assert.Contains("'redis-password'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithPassword_Null_ServesWithoutOne()
    {
        var builder = _workspace.CreateBuilder();
        var redis = builder.AddRedis("redis", port: 7777).WithPassword(null);
        var caller = builder.AddProject("api", _workspace.AddProject("Api")).WithReference(redis);
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal(["redis-server"], await evaluation.ArgumentsAsync(redis));
        Assert.Empty(await evaluation.EnvironmentAsync(redis));
        var environment = (await evaluation.EnvironmentAsync(caller)).ToDictionary();
        Assert.Equal("localhost:7777", environment["ConnectionStrings__redis"]);
        Assert.Equal("redis://localhost:7777", environment["REDIS_URI"]);
        Assert.DoesNotContain("REDIS_PASSWORD", environment.Keys);
    }

    [Fact]
    public async Task WithPersistence_SaysWhenToSave()
    {
        var builder = _workspace.CreateBuilder();
        var usual = builder.AddRedis("usual").WithPersistence();
        var volume = builder.AddRedis("volume").WithDataVolume();
        var chosen = builder.AddRedis("chosen").WithDataVolume("data").WithPersistence(TimeSpan.FromMinutes(5), 100);
        var readOnly = builder.AddRedis("read-only").WithDataVolume("seed", isReadOnly: true);
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal(["--save", "60", "1"], (await evaluation.ArgumentsAsync(usual)).Skip(3));
        Assert.Equal(["--save", "60", "1"], (await evaluation.ArgumentsAsync(volume)).Skip(3));
        Assert.Equal(["--save", "300", "100"], (await evaluation.ArgumentsAsync(chosen)).Skip(3));
        Assert.Empty((await evaluation.ArgumentsAsync(readOnly)).Skip(3));
    }

    [Fact]
    public void WithDataVolume_NoName_IsTheApplicationsOwn()
    {
        var builder = _workspace.CreateBuilder();

        var mount = Assert.Single(builder.AddRedis("redis").WithDataVolume().Resource.Annotations.OfType<ContainerMountAnnotation>());

        var application = builder.Environment.ApplicationName.ToLowerInvariant();
        Assert.Equal($"{application}-{builder.Configuration["AppHost:Sha256"]![..10]}-redis-data", mount.Source);
        Assert.Equal(("/data", ContainerMountType.Volume, false), (mount.Target, mount.Type, mount.IsReadOnly));
    }

    [Fact]
    public void WithDataBindMount_IsRelativeToTheAppHost()
    {
        var redis = _workspace.CreateBuilder().AddRedis("redis").WithDataBindMount("data");

        var mount = Assert.Single(redis.Resource.Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal((Path.Combine(_workspace.AppHost, "data"), ContainerMountType.BindMount), (mount.Source, mount.Type));
    }

    [Fact]
    public void WithHostPort_ReplacesTheFirstOne()
    {
        var redis = _workspace.CreateBuilder().AddRedis("redis", 1111).WithHostPort(2222);

        Assert.Equal(2222, Assert.Single(redis.Resource.Annotations.OfType<EndpointAnnotation>()).Port);
    }

    [Theory]
    [InlineData("cache.example:6380,password=given,ssl=true", "cache.example", "6380", "given", "rediss://:given@cache.example:6380")]
    [InlineData("ssl=true,user=ann,password=gi/ven,cache.example", "cache.example", "6379", "gi/ven", "rediss://ann:gi%2Fven@cache.example:6379")]
    [InlineData("cache.example:7000", "cache.example", "7000", null, "redis://cache.example:7000")]
    public async Task ConnectionStringGiven_WinsInEveryForm(string given, string host, string port, string? password, string uri)
    {
        var builder = _workspace.CreateBuilder($"--ConnectionStrings:redis={given}", "--Parameters:redis-password=not-this-one");
        var redis = builder.AddRedis("redis");
        var caller = builder.AddProject("api", _workspace.AddProject("Api"))
            .WithReference(redis)
            .WithEnvironment("DIRECT", redis)
            .WithEnvironment("EXTENDED", ReferenceExpression.Create($"{redis},defaultDatabase=2"));
        await using var evaluation = await Evaluation.OfAsync(builder);

        var environment = (await evaluation.EnvironmentAsync(caller)).ToDictionary();

        Assert.Equal(given, environment["ConnectionStrings__redis"]);
        Assert.Equal(given, environment["DIRECT"]);
        Assert.Equal($"{given},defaultDatabase=2", environment["EXTENDED"]);
        Assert.Equal((host, port, uri), (environment["REDIS_HOST"], environment["REDIS_PORT"], environment["REDIS_URI"]));
        Assert.Equal(password, environment.GetValueOrDefault("REDIS_PASSWORD"));
        Assert.Equal(given, await redis.Resource.GetConnectionStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ConnectionStringGiven_AsAnAddress_IsHandedOnAsTheClientTakesIt()
    {
        var builder = _workspace.CreateBuilder("--ConnectionStrings:redis=rediss://ann:gi%2Fven@cache.example/3");
        var redis = builder.AddRedis("redis");
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal(
            "cache.example:6379,user=ann,password=gi/ven,ssl=true,defaultDatabase=3",
            await redis.Resource.GetConnectionStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ConnectionStringGiven_LeavesTheManifestAsItIs()
    {
        static void Model(IDistributedApplicationBuilder builder) => builder.AddRedis("redis");
        var plain = await _workspace.PublishAsync(Model);

        var given = await _workspace.PublishAsync(builder =>
        {
            builder.Configuration["ConnectionStrings:redis"] = "cache.example:6380,password=given";
            Model(builder);
        });

        Assert.Equal(plain, given);
    }

    public void Dispose() => _workspace.Dispose();
}
