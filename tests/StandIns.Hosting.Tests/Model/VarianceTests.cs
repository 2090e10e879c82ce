using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

/// <summary>What application models rely on compiling, and on not compiling.</summary>
public sealed class VarianceTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void Builders_AreCovariant()
    {
        var builder = _workspace.CreateBuilder();
        var redis = builder.AddRedis("redis");
        IResourceBuilder<ContainerResource> container = redis;
        IResourceBuilder<IResourceWithConnectionString> connection = redis;
        IResourceBuilder<IResource> resource = connection;
        var project = builder.AddProject("api", _workspace.AddProject("Api"));
        IResourceBuilder<IResourceWithServiceDiscovery> discoverable = project;

        var worker = builder.AddProject("worker", _workspace.AddProject("Worker"))
            .WithReference(redis).WithReference(connection, optional: true).WithReference(discoverable).WithReference(project, "other")
            .WaitFor(resource).WaitForStart(container).WaitForCompletion(project);

        Assert.Same(redis.Resource, resource.Resource);
        Assert.Same(redis.Resource, container.Resource);
        Assert.Equal(3, worker.Resource.Annotations.OfType<WaitAnnotation>().Count());
    }

    [Fact]
    public void Builders_KeepTheirTypeThroughAChain()
    {
        var builder = _workspace.CreateBuilder();

        IResourceBuilder<RedisResource> redis = builder.AddRedis("redis").WithImageTag("7.2").WithEnvironment("A", "b").WithHostPort(1234).WithArgs("--x");
        IResourceBuilder<ExecutableResource> tool = builder.AddExecutable("tool", "ls", ".").WithArgs("-l").WithHttpEndpoint().WaitFor(redis);

        Assert.Equal("redis", redis.Resource.Name);
        Assert.Equal("tool", tool.Resource.Name);
    }

    [Theory]
    [InlineData(typeof(ProjectResource), true)]
    [InlineData(typeof(ContainerResource), false)]
    [InlineData(typeof(ExecutableResource), false)]
    [InlineData(typeof(RedisResource), false)]
    public void ServiceDiscovery_IsForProjectsOnly(Type resource, bool expected)
    {
        // WithReference(container) must not compile: the real package has the same inheritance.
        Assert.Equal(expected, resource.IsAssignableTo(typeof(IResourceWithServiceDiscovery)));
        Assert.True(resource.IsAssignableTo(typeof(IResourceWithEndpoints)));
        Assert.True(resource.IsAssignableTo(typeof(IResourceWithWaitSupport)));
    }

    [Fact]
    public void Namespaces_AreThoseOfThePackages()
    {
        Assert.Equal("Aspire.Hosting", typeof(IResourceWithServiceDiscovery).Namespace);
        Assert.Equal("Aspire.Hosting", typeof(ConnectionStringResource).Namespace);
        Assert.Equal("Aspire.Hosting", typeof(ExternalServiceResource).Namespace);
        Assert.Equal("Aspire.Hosting", typeof(MissingParameterValueException).Namespace);
        Assert.Equal("Aspire.Hosting.ApplicationModel", typeof(RedisResource).Namespace);
        Assert.Equal("Aspire.Hosting.ApplicationModel", typeof(ParameterResource).Namespace);
        Assert.Equal("Aspire.Hosting.Eventing", typeof(Aspire.Hosting.Eventing.IDistributedApplicationEventing).Namespace);
    }

    public void Dispose() => _workspace.Dispose();
}
