using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public sealed class ExpressionTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task InterpolatedVariable_IsFilledWhenTheResourceStarts()
    {
        var builder = _workspace.CreateBuilder("--Parameters:key=a b/c");
        var key = builder.AddParameter("key", secret: true);
        var web = builder.AddContainer("web", "nginx").WithHttpEndpoint(targetPort: 80);
        var api = builder.AddProject("api", _workspace.AddProject("Api"))
            .WithEnvironment("URL", $"{web.GetEndpoint("http")}/x?key={key:uri}&host={web.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}");

        // Had the string been made here, it would lack the port that is set now.
        web.WithEndpoint("http", endpoint => endpoint.Port = 7777);
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal("http://localhost:7777/x?key=a%20b%2Fc&host=localhost:7777", await evaluation.VariableAsync(api, "URL"));
    }

    [Fact]
    public async Task Properties_OfAnEndpoint_AreResolved()
    {
        var builder = _workspace.CreateBuilder();
        var web = builder.AddContainer("web", "nginx").WithHttpEndpoint(port: 7777, targetPort: 80);
        var endpoint = web.GetEndpoint("http");
        var api = builder.AddProject("api", _workspace.AddProject("Api"));
        foreach (var property in Enum.GetValues<EndpointProperty>())
        {
            api.WithEnvironment($"P_{property}", endpoint.Property(property));
        }

        await using var evaluation = await Evaluation.OfAsync(builder);

        var values = (await evaluation.EnvironmentAsync(api)).Where(v => v.Key.StartsWith("P_", StringComparison.Ordinal)).Select(v => $"{v.Key[2..]}={v.Value}");
        Assert.Equal(
            ["Url=http://localhost:7777", "Host=localhost", "IPV4Host=127.0.0.1", "Port=7777", "Scheme=http", "TargetPort=80", "HostAndPort=localhost:7777", "TlsEnabled=False"],
            values);
    }

    [Fact]
    public async Task Create_LiteralsBracesAndHoles_KeepTheirPlaces()
    {
        var builder = _workspace.CreateBuilder("--Parameters:one=1");
        var one = builder.AddParameter("one");

        var expression = ReferenceExpression.Create($"{{literal}} {one} {"text"}");

        Assert.Equal("{{literal}} {0} text", expression.Format);
        Assert.Equal(["{one.value}"], expression.ManifestExpressions);
        Assert.Equal("{literal} {one.value} text", expression.ValueExpression);
        Assert.Same(one.Resource, Assert.Single(expression.ValueProviders));
        Assert.Equal("{literal} 1 text", await expression.GetValueAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Create_UnknownFormat_IsRefused()
    {
        var builder = _workspace.CreateBuilder("--Parameters:one=1");
        var one = builder.AddParameter("one");

        var expression = ReferenceExpression.Create($"{one:base64}");

        var exception = await Assert.ThrowsAsync<FormatException>(async () => await expression.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Contains("base64", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builder_PieceByPiece_GivesTheSame()
    {
        var builder = _workspace.CreateBuilder("--Parameters:one=a/b");
        var one = builder.AddParameter("one");
        var expression = new ReferenceExpressionBuilder();
        Assert.True(expression.IsEmpty);

        expression.AppendLiteral("x=");
        expression.AppendFormatted(one.Resource, "uri");
        expression.Append($";y={one}");

        Assert.False(expression.IsEmpty);
        Assert.Equal("x=a%2Fb;y=a/b", await expression.Build().GetValueAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("yes", "on")]
    [InlineData("no", "off")]
    public async Task CreateConditional_ChoosesWhenItIsKnown(string value, string expected)
    {
        var builder = _workspace.CreateBuilder($"--Parameters:flag={value}");
        var flag = builder.AddParameter("flag");

        var expression = ReferenceExpression.CreateConditional(flag.Resource, "YES", ReferenceExpression.Create($"on"), ReferenceExpression.Create($"off"));

        Assert.Equal(expected, await expression.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Matches("^\\{cond-flag-value-[0-9a-f]{8}\\.connectionString\\}$", expression.ValueExpression);
    }

    [Fact]
    public void ConditionalName_IsTheOneThatDeploymentToolsKnow()
    {
        var builder = _workspace.CreateBuilder();

        // The hashes of the published format, for these two names.
        Assert.EndsWith("{cond-redis-bindings-tcp-tlsenabled-d148d83a.connectionString}", builder.AddRedis("redis").Resource.ConnectionStringExpression.ValueExpression, StringComparison.Ordinal);
        Assert.EndsWith("{cond-cache-bindings-tcp-tlsenabled-3eddb73a.connectionString}", builder.AddRedis("cache").Resource.ConnectionStringExpression.ValueExpression, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();
}
