using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StandIns.Hosting.Tests.Orchestration;

namespace StandIns.Hosting.Tests.Model;

public sealed class EndpointTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void WithEndpoint_SameName_ChangesTheOneThatIs()
    {
        var api = _workspace.CreateBuilder().AddProject("api", _workspace.AddProject("Api", ("http", "http://localhost:7002")));

        api.WithHttpEndpoint(targetPort: 9000).WithEndpoint(port: 7003, name: "HTTP", isExternal: true);

        var endpoint = Assert.Single(api.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", "http", 7003, 9000, true), (endpoint.Name, endpoint.UriScheme, endpoint.Port, endpoint.TargetPort, endpoint.IsExternal));
    }

    [Fact]
    public void WithEndpoint_Defaults_FollowSchemeAndProtocol()
    {
        var web = _workspace.CreateBuilder().AddContainer("web", "nginx")
            .WithEndpoint()
            .WithEndpoint(scheme: "redis")
            .WithEndpoint(name: "dns", protocol: ProtocolType.Udp)
            .WithHttpsEndpoint();

        Assert.Equal(
            ["tcp:tcp:Tcp:tcp", "redis:redis:Tcp:tcp", "dns:udp:Udp:udp", "https:https:Tcp:http"],
            web.Resource.Annotations.OfType<EndpointAnnotation>().Select(e => $"{e.Name}:{e.UriScheme}:{e.Protocol}:{e.Transport}"));
    }

    [Fact]
    public void WithEndpointCallback_MissingEndpoint_IsMadeOnlyIfAsked()
    {
        var web = _workspace.CreateBuilder().AddContainer("web", "nginx");

        web.WithEndpoint("one", endpoint => endpoint.TargetPort = 1).WithEndpoint("two", _ => Assert.Fail("There is none."), createIfNotExists: false);

        Assert.Equal("one", Assert.Single(web.Resource.Annotations.OfType<EndpointAnnotation>()).Name);
    }

    [Fact]
    public void WithExternalHttpEndpoints_AddedLater_StaysInside()
    {
        var web = _workspace.CreateBuilder().AddContainer("web", "nginx").WithHttpEndpoint().WithEndpoint(name: "raw").WithExternalHttpEndpoints().WithHttpEndpoint(name: "late");

        Assert.Equal(["http"], web.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsExternal).Select(e => e.Name));
    }

    [Fact]
    public void AsHttp2Service_ChangesTheTransport()
    {
        var web = _workspace.CreateBuilder().AddContainer("web", "nginx").WithHttpEndpoint().AsHttp2Service();

        Assert.Equal("http2", Assert.Single(web.Resource.Annotations.OfType<EndpointAnnotation>()).Transport);
    }

    [Fact]
    public void Reference_BeforeStart_HasNoAddressYet()
    {
        var web = _workspace.CreateBuilder().AddContainer("web", "nginx").WithHttpEndpoint(targetPort: 80);

        var endpoint = web.GetEndpoint("http");

        Assert.True(endpoint.Exists);
        Assert.False(endpoint.IsAllocated);
        Assert.Equal(80, endpoint.TargetPort);
        Assert.Equal("The endpoint 'http' is not allocated for the resource 'web'.", Assert.Throws<InvalidOperationException>(() => endpoint.Url).Message);
        Assert.Throws<InvalidOperationException>(() => endpoint.Port);
    }

    [Fact]
    public void Reference_ToNoEndpoint_FailsOnlyWhenUsed()
    {
        var web = _workspace.CreateBuilder().AddContainer("web", "nginx");

        var endpoint = web.GetEndpoint("nope");

        Assert.False(endpoint.Exists);
        Assert.Equal("{web.bindings.nope.url}", endpoint.ValueExpression);
        Assert.Contains("'nope'", Assert.Throws<InvalidOperationException>(() => endpoint.Url).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void WithReplicas_LessThanOne_IsRefused(int replicas)
    {
        var api = _workspace.CreateBuilder().AddProject("api", _workspace.AddProject("Api"));

        Assert.Throws<ArgumentOutOfRangeException>(() => api.WithReplicas(replicas));
    }

    [Theory]
    [InlineData(9000, null, "cannot all listen on the target port 9000 of its endpoint 'http'")]
    [InlineData(null, false, "cannot share its endpoint 'http' without a proxy")]
    public async Task Start_ReplicasThatCannotShareAPort_SaysWhy(int? targetPort, bool? isProxied, string expected)
    {
        await using var app = new TestApp();
        app.Builder.AddProject("api", Path.Combine(_workspace.AppHost, _workspace.AddProject("Api")))
            .WithHttpEndpoint(targetPort: targetPort, isProxied: isProxied)
            .WithReplicas(2);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);

        Assert.StartsWith("Resource 'api' has 2 replicas", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();
}
